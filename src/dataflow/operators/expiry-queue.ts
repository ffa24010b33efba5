import { compareInstants, type Instant } from '../../catalogue/instant.ts';

/** A binary heap of things due at an instant, earliest first. */
export class ExpiryQueue<Item> {
  readonly #heap: { readonly at: Instant; readonly item: Item }[] = [];

  get size(): number {
    return this.#heap.length;
  }

  add(at: Instant, item: Item): void {
    const heap = this.#heap;
    let i = heap.push({ at, item }) - 1;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if (this.#compare(i, parent) >= 0) break;
      this.#swap(i, parent);
      i = parent;
    }
  }

  /** Earliest instant, if anything waits. */
  get next(): Instant | undefined {
    return this.#heap[0]?.at;
  }

  take(): Item | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined) return undefined;
    if (heap.length > 0) {
      heap[0] = last;
      this.#sink();
    }
    return first.item;
  }

  #sink(): void {
    const size = this.#heap.length;
    for (let i = 0; ;) {
      const left = 2 * i + 1;
      const right = left + 1;
      let least = i;
      if (left < size && this.#compare(left, least) < 0) least = left;
      if (right < size && this.#compare(right, least) < 0) least = right;
      if (least === i) return;
      this.#swap(i, least);
      i = least;
    }
  }

  #compare(a: number, b: number): number {
    return compareInstants((this.#heap[a] as { at: Instant }).at, (this.#heap[b] as { at: Instant }).at);
  }

  #swap(a: number, b: number): void {
    const heap = this.#heap;
    [heap[a], heap[b]] = [heap[b] as (typeof heap)[number], heap[a] as (typeof heap)[number]];
  }
}
