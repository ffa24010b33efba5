const NO_PAIRS: ReadonlyMap<number, number> = new Map();

/** Numbers for pairs of entities, so that pairs can be kept and passed on like entities. */
export class PairTable {
  readonly #ids = new Map<number, Map<number, number>>();
  readonly #results: number[] = [0];
  readonly #inputs: number[] = [0];

  intern(result: number, input: number): number {
    let byInput = this.#ids.get(result);
    if (byInput === undefined) this.#ids.set(result, (byInput = new Map()));
    let id = byInput.get(input);
    if (id === undefined) {
      id = this.#results.push(result) - 1;
      this.#inputs.push(input);
      byInput.set(input, id);
    }
    return id;
  }

  /** Inputs paired with a result, each with the number of the pair. */
  pairsOf(result: number): ReadonlyMap<number, number> {
    return this.#ids.get(result) ?? NO_PAIRS;
  }

  result(pair: number): number {
    return this.#results[pair] as number;
  }

  input(pair: number): number {
    return this.#inputs[pair] as number;
  }
}
