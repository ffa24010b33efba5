/** Width of a bucket, ms: with a retention of minutes a step of it meets one or two. */
const WIDTH_MS = 4096;

interface Aged {
  /** The latest event time that speaks of it. It may grow while it waits. */
  readonly last: { readonly ms: number };
}

/**
 * Things by how old they were when they were put in, so that letting go of the old ones does not cost a look at all that are
 * kept. One that was seen again meanwhile is found at its first place still, and moved on when its turn comes: being seen
 * costs nothing.
 */
export class AgeBuckets<Item extends Aged> {
  readonly #buckets = new Map<number, Item[]>();

  add(item: Item): void {
    const number = Math.floor(item.last.ms / WIDTH_MS);
    const bucket = this.#buckets.get(number);
    if (bucket === undefined) this.#buckets.set(number, [item]);
    else bucket.push(item);
  }

  /** Takes out what was last spoken of before the horizon, in no particular order. */
  takeBefore(horizonMs: number): Item[] {
    const taken: Item[] = [];
    const due = [...this.#buckets.keys()].filter((number) => number * WIDTH_MS < horizonMs);
    const looked = due.flatMap((number) => this.#buckets.get(number) as Item[]);
    for (const number of due) this.#buckets.delete(number);
    for (const item of looked) {
      if (item.last.ms < horizonMs) taken.push(item);
      else this.add(item);
    }
    return taken;
  }
}
