import { compareValues, valueKey, type Value } from '../../graph/value.ts';

interface Counted {
  readonly value: Value;
  count: number;
  /** Whether the heap holds it; it may, with a count of 0, until it comes to the top. */
  isQueued: boolean;
}

/** Dead entries kept before the heap is built anew. */
const SLACK = 64;

/** A multiset of values: how many are different, and which comes first in the order of values, or last. */
export class ValueCounts {
  readonly #byKey = new Map<string, Counted>();
  readonly #heap: Counted[] | undefined;
  readonly #direction: 1 | -1;
  #live = 0;

  /** `extreme`: which one `first` gives; without it none is looked for. */
  constructor(extreme?: 'least' | 'greatest') {
    this.#heap = extreme === undefined ? undefined : [];
    this.#direction = extreme === 'greatest' ? -1 : 1;
  }

  /** Different values. */
  get size(): number {
    return this.#live;
  }

  add(value: Value): void {
    const key = valueKey(value);
    let counted = this.#byKey.get(key);
    if (counted === undefined) this.#byKey.set(key, (counted = { value, count: 0, isQueued: false }));
    if (counted.count++ > 0) return;
    this.#live++;
    if (this.#heap === undefined || counted.isQueued) return;
    counted.isQueued = true;
    this.#push(this.#heap, counted);
  }

  remove(value: Value): void {
    const key = valueKey(value);
    const counted = this.#byKey.get(key);
    if (counted === undefined || counted.count === 0) throw new Error(`value ${key} was never given`);
    if (--counted.count > 0) return;
    this.#live--;
    if (!counted.isQueued) this.#byKey.delete(key);
    else if (this.#heap !== undefined && this.#heap.length > 2 * this.#live + SLACK) this.#rebuild(this.#heap);
  }

  /** The least or greatest value. */
  get first(): Value | undefined {
    const heap = this.#heap;
    if (heap === undefined) return undefined;
    for (let top = heap[0]; top !== undefined; top = heap[0]) {
      if (top.count > 0) return top.value;
      this.#pop(heap);
      top.isQueued = false;
      this.#byKey.delete(valueKey(top.value));
    }
    return undefined;
  }

  #rebuild(heap: Counted[]): void {
    const live = heap.filter((each) => each.count > 0);
    for (const each of heap) if (each.count === 0) this.#byKey.delete(valueKey(each.value));
    heap.length = 0;
    for (const each of live) this.#push(heap, each);
  }

  #push(heap: Counted[], counted: Counted): void {
    let i = heap.push(counted) - 1;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if (!this.#isBefore(heap[i] as Counted, heap[parent] as Counted)) return;
      swap(heap, i, parent);
      i = parent;
    }
  }

  #pop(heap: Counted[]): void {
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    heap[0] = last;
    for (let i = 0; ;) {
      let best = i;
      for (const child of [2 * i + 1, 2 * i + 2]) {
        if (child < heap.length && this.#isBefore(heap[child] as Counted, heap[best] as Counted)) best = child;
      }
      if (best === i) return;
      swap(heap, i, best);
      i = best;
    }
  }

  #isBefore(a: Counted, b: Counted): boolean {
    return this.#direction * compareValues(a.value, b.value) < 0;
  }
}

function swap(heap: Counted[], a: number, b: number): void {
  [heap[a], heap[b]] = [heap[b] as Counted, heap[a] as Counted];
}
