const NO_PAIRS: ReadonlyMap<number, number> = new Map();

/** Numbers for pairs of entities, so that pairs can be kept and passed on like entities. A released number is used again. */
export class PairTable {
  readonly #ids = new Map<number, Map<number, number>>();
  readonly #results: number[] = [0];
  readonly #inputs: number[] = [0];
  readonly #free: number[] = [];

  intern(result: number, input: number): number {
    let byInput = this.#ids.get(result);
    if (byInput === undefined) this.#ids.set(result, (byInput = new Map()));
    let id = byInput.get(input);
    if (id === undefined) {
      id = this.#free.pop() ?? this.#results.length;
      this.#results[id] = result;
      this.#inputs[id] = input;
      byInput.set(input, id);
    }
    return id;
  }

  /** Inputs paired with a result, each with the number of the pair. */
  pairsOf(result: number): ReadonlyMap<number, number> {
    return this.#ids.get(result) ?? NO_PAIRS;
  }

  release(pair: number): void {
    const byInput = this.#ids.get(this.result(pair));
    if (byInput?.delete(this.input(pair)) !== true) throw new Error(`pair ${pair} is not known`);
    if (byInput.size === 0) this.#ids.delete(this.result(pair));
    this.#free.push(pair);
  }

  result(pair: number): number {
    return this.#results[pair] as number;
  }

  input(pair: number): number {
    return this.#inputs[pair] as number;
  }
}
