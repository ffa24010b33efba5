import { EntityContent } from './entity-content.ts';

/**
 * Contents in memory, by handle, and which of them the state does not know yet. What the store holds may be evicted;
 * it comes back by `adopt`. Reading what is not in memory is a defect of whoever reads: it must ask first.
 */
export class EntityContents {
  readonly #contents: (EntityContent | undefined)[] = [undefined];
  /** Changed since the last export. */
  readonly #changed = new Set<number>();
  readonly #gone = new Set<number>();

  isResident(handle: number): boolean {
    return this.#contents[handle] !== undefined;
  }

  read(handle: number): EntityContent {
    const content = this.#contents[handle];
    if (content === undefined) throw new Error(`content of entity ${handle} was read without having been asked for`);
    return content;
  }

  /** A new, empty content: for a new entity, or one whose records are all forgotten. */
  reset(handle: number): void {
    while (this.#contents.length < handle) this.#contents.push(undefined);
    this.#contents[handle] = new EntityContent();
    this.touch(handle);
  }

  touch(handle: number): void {
    this.#changed.add(handle);
    this.#gone.delete(handle);
  }

  drop(handle: number): void {
    this.#contents[handle] = undefined;
    this.#changed.delete(handle);
    this.#gone.add(handle);
  }

  adopt(handle: number, content: EntityContent): void {
    this.#contents[handle] ??= content;
  }

  /** Drops contents that the store holds until at most `keep` remain; those changed since the export stay. */
  evict(keep: number): void {
    let resident = 0;
    for (let handle = this.#contents.length - 1; handle > 0; handle--) {
      if (this.#contents[handle] === undefined) continue;
      if (resident >= keep && !this.#changed.has(handle)) this.#contents[handle] = undefined;
      else resident++;
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
}
