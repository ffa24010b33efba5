/** Things that happen at a simulated moment, earliest first; of equal moments the one added first. */
export class SimulationQueue<Item> {
  readonly #heap: { readonly at: number; readonly order: number; readonly item: Item }[] = [];
  #added = 0;

  get next(): number {
    return this.#heap[0]?.at ?? Infinity;
  }

  add(at: number, item: Item): void {
    const heap = this.#heap;
    let i = heap.push({ at, order: this.#added++, item }) - 1;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if (!this.#before(i, parent)) return;
      this.#swap(i, parent);
      i = parent;
    }
  }

  take(): Item {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined) throw new Error('nothing is planned');
    if (heap.length > 0) {
      heap[0] = last;
      for (let i = 0; ;) {
        let least = i;
        for (const child of [2 * i + 1, 2 * i + 2])
          if (child < heap.length && this.#before(child, least)) least = child;
        if (least === i) break;
        this.#swap(i, least);
        i = least;
      }
    }
    return first.item;
  }

  #before(a: number, b: number): boolean {
    const x = this.#heap[a] as { at: number; order: number };
    const y = this.#heap[b] as { at: number; order: number };
    return x.at < y.at || (x.at === y.at && x.order < y.order);
  }

  #swap(a: number, b: number): void {
    const heap = this.#heap;
    [heap[a], heap[b]] = [heap[b] as (typeof heap)[number], heap[a] as (typeof heap)[number]];
  }
}
