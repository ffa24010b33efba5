/** A chunk is split when it grows beyond this: short enough to be moved about, long enough to keep few of them. */
const CHUNK = 512;

/**
 * Values in the order that `compare` gives, in chunks of at most 512: adding and deleting costs a search and the
 * moving of one chunk, whatever the size. No two values may compare as equal; what `compare` reads of a value must not
 * change while the value is in the set.
 */
export class OrderedSet<T> {
  readonly #compare: (a: T, b: T) => number;
  /** None is empty. */
  readonly #chunks: T[][] = [];
  #size = 0;

  constructor(compare: (a: T, b: T) => number) {
    this.#compare = compare;
  }

  get size(): number {
    return this.#size;
  }

  get first(): T | undefined {
    return this.#chunks[0]?.[0];
  }

  get last(): T | undefined {
    return this.#chunks.at(-1)?.at(-1);
  }

  *[Symbol.iterator](): Generator<T> {
    for (const chunk of this.#chunks) yield* chunk;
  }

  add(value: T): void {
    this.#size++;
    const at = Math.min(this.#chunkOf(value), this.#chunks.length - 1);
    const chunk = this.#chunks[at];
    if (chunk === undefined) {
      this.#chunks.push([value]);
      return;
    }
    chunk.splice(this.#placeIn(chunk, value), 0, value);
    if (chunk.length > CHUNK) this.#chunks.splice(at + 1, 0, chunk.splice(chunk.length >> 1));
  }

  /** The value must be in the set. */
  delete(value: T): void {
    const at = this.#chunkOf(value);
    const chunk = this.#chunks[at] ?? [];
    const place = this.#placeIn(chunk, value);
    if (chunk[place] !== value) throw new Error('a value was to be deleted that is not in the set');
    this.#size--;
    chunk.splice(place, 1);
    if (chunk.length === 0) this.#chunks.splice(at, 1);
  }

  /** Index of the first chunk that ends at or behind the value; the number of chunks where all end before it. */
  #chunkOf(value: T): number {
    return firstWhere(this.#chunks.length, (i) => this.#compare((this.#chunks[i] as T[]).at(-1) as T, value) >= 0);
  }

  #placeIn(chunk: readonly T[], value: T): number {
    return firstWhere(chunk.length, (i) => this.#compare(chunk[i] as T, value) >= 0);
  }
}

/** The least index below `length` for which `holds`, else `length`; it holds for all behind the first. */
function firstWhere(length: number, holds: (index: number) => boolean): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
