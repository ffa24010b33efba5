import { halfSipHash, type HashKey } from './half-sip-hash.ts';
import type { KeyTexts } from './key-texts.ts';
import { TextBytes } from './text-bytes.ts';

const FIRST_SLOTS = 2048;

/**
 * From an identity (type, key) to its handle: a table of handles with open addressing, without tombstones. The hash is
 * keyed anew in every process, so no telemetry can aim at it.
 */
export class IdentityIndex {
  readonly #keys: KeyTexts;
  /** Number of the type of a handle. */
  readonly #typeOf: (handle: number) => number;
  readonly #hashKey: HashKey;
  readonly #text = new TextBytes();
  /** By handle. */
  #hashes = new Int32Array(FIRST_SLOTS);
  /** 0 = empty. */
  #slots = new Int32Array(FIRST_SLOTS);
  #size = 0;

  constructor(keys: KeyTexts, typeOf: (handle: number) => number) {
    this.#keys = keys;
    this.#typeOf = typeOf;
    const [first = 0, second = 0] = crypto.getRandomValues(new Int32Array(2));
    this.#hashKey = [first, second];
  }

  /** 0 where the identity is not known. */
  find(type: number, key: string): number {
    const text = this.#text.set(key);
    const hash = withType(halfSipHash(text.bytes, 0, text.size, this.#hashKey), type);
    const mask = this.#slots.length - 1;
    for (let at = hash & mask; ; at = (at + 1) & mask) {
      const handle = this.#slots[at] as number;
      if (handle === 0) return 0;
      if (this.#hashes[handle] === hash && this.#typeOf(handle) === type && this.#keys.equals(handle, text))
        return handle;
    }
  }

  /** Takes in a handle whose type and key are set and that `find` does not know. */
  add(handle: number): void {
    if (3 * ++this.#size > 2 * this.#slots.length) this.#spread(2 * this.#slots.length);
    if (handle >= this.#hashes.length) {
      const wider = new Int32Array(Math.max(handle + 1, 2 * this.#hashes.length));
      wider.set(this.#hashes);
      this.#hashes = wider;
    }
    this.#hashes[handle] = withType(this.#keys.hash(handle, this.#hashKey), this.#typeOf(handle));
    this.#place(handle);
  }

  /** Lets go of a handle, before its type or key changes. */
  remove(handle: number): void {
    const mask = this.#slots.length - 1;
    let gap = (this.#hashes[handle] as number) & mask;
    while (this.#slots[gap] !== handle) gap = (gap + 1) & mask;
    // Whoever stands behind and would be found from the gap on moves into it.
    for (let at = (gap + 1) & mask; this.#slots[at] !== 0; at = (at + 1) & mask) {
      const other = this.#slots[at] as number;
      const home = (this.#hashes[other] as number) & mask;
      if (((at - home) & mask) < ((at - gap) & mask)) continue;
      this.#slots[gap] = other;
      gap = at;
    }
    this.#slots[gap] = 0;
    this.#size--;
  }

  #place(handle: number): void {
    const mask = this.#slots.length - 1;
    let at = (this.#hashes[handle] as number) & mask;
    while (this.#slots[at] !== 0) at = (at + 1) & mask;
    this.#slots[at] = handle;
  }

  #spread(size: number): void {
    const old = this.#slots;
    this.#slots = new Int32Array(size);
    for (const handle of old) if (handle !== 0) this.#place(handle);
  }
}

function withType(hash: number, type: number): number {
  return hash ^ Math.imul(type, 0x9e3779b1);
}
