import { EntityContent } from './entity-content.ts';

/** The least there is room for from the beginning. */
const FIRST_HANDLES = 1024;

/**
 * Contents in memory, by handle, and which of them the state does not know yet. What the store holds may be evicted;
 * it comes back by `adopt`. Reading what is not in memory is a defect of whoever reads: it must ask first.
 */
export class EntityContents {
  readonly #contents: (EntityContent | undefined)[] = [undefined];
  /** Changed since the last export. */
  readonly #changed = new Set<number>();
  readonly #gone = new Set<number>();
  #resident = 0;
  #isWhole = true;
  /** By handle: 1 where a content was used since the hand of the clock passed. */
  #used = new Uint8Array(FIRST_HANDLES);
  #hand = 0;

  /** How many contents are in memory. */
  get resident(): number {
    return this.#resident;
  }

  /** All are in memory, and always were: nobody has to ask before reading. */
  get isWhole(): boolean {
    return this.#isWhole;
  }

  /** The store holds contents that are not in memory: after a restart. */
  leaveInStore(): void {
    this.#isWhole = false;
  }

  isResident(handle: number): boolean {
    return this.#contents[handle] !== undefined;
  }

  read(handle: number): EntityContent {
    const content = this.#contents[handle];
    if (content === undefined) throw new Error(`content of entity ${handle} was read without having been asked for`);
    this.#used[handle] = 1;
    return content;
  }

  /** A new, empty content: for a new entity, or one whose records are all forgotten. */
  reset(handle: number): void {
    this.#put(handle, new EntityContent());
    this.touch(handle);
  }

  touch(handle: number): void {
    this.#changed.add(handle);
    this.#gone.delete(handle);
  }

  drop(handle: number): void {
    if (this.isResident(handle)) this.#resident--;
    this.#contents[handle] = undefined;
    this.#changed.delete(handle);
    this.#gone.add(handle);
  }

  adopt(handle: number, content: EntityContent): void {
    if (!this.isResident(handle)) this.#put(handle, content);
  }

  /**
   * Drops contents that the store holds until at most `keep` remain: those that were not used for longest, as far as a
   * clock with one bit tells. What changed since the export stays.
   */
  evict(keep: number): void {
    const end = this.#contents.length;
    // Twice around: the first time may find nothing but what was used.
    for (let steps = 2 * end; steps > 0 && this.#resident > keep; steps--) {
      this.#hand = this.#hand + 1 < end ? this.#hand + 1 : 0;
      const handle = this.#hand;
      if (this.#contents[handle] === undefined || this.#changed.has(handle)) continue;
      if (this.#used[handle] === 1) {
        this.#used[handle] = 0;
        continue;
      }
      this.#contents[handle] = undefined;
      this.#resident--;
      this.#isWhole = false;
    }
  }

  /** Handles with changed content, and those gone, since the last call. */
  takeChanged(): { readonly changed: readonly number[]; readonly gone: readonly number[] } {
    const changes = { changed: [...this.#changed], gone: [...this.#gone] };
    this.forgetChanged();
    return changes;
  }

  /** As `takeChanged`, where nothing is stored. */
  forgetChanged(): void {
    this.#changed.clear();
    this.#gone.clear();
  }

  #put(handle: number, content: EntityContent): void {
    while (this.#contents.length < handle) this.#contents.push(undefined);
    if (!this.isResident(handle)) this.#resident++;
    this.#contents[handle] = content;
    if (handle >= this.#used.length) {
      const used = new Uint8Array(Math.max(handle + 1, 2 * this.#used.length));
      used.set(this.#used);
      this.#used = used;
    }
    this.#used[handle] = 1;
  }
}
