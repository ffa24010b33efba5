/** A choice among things that come up in proportion to their weights. */
export class WeightedChoice<Item> {
  readonly #items: readonly Item[];
  /** Sums of the weights, the last being 1. */
  readonly #upTo: readonly number[];

  constructor(weighted: readonly (readonly [weight: number, item: Item])[]) {
    const total = weighted.reduce((sum, [weight]) => sum + weight, 0);
    let sum = 0;
    this.#upTo = weighted.map(([weight]) => (sum += weight) / total);
    this.#items = weighted.map(([, item]) => item);
  }

  /** `unit`: at least 0, below 1. */
  pick(unit: number): Item {
    const index = this.#upTo.findIndex((upTo) => unit < upTo);
    return this.#items[index < 0 ? this.#items.length - 1 : index] as Item;
  }
}
