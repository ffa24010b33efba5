/** Taken from the budget when a read begins, as nobody knows yet what it gives. */
const EXPECTED_BYTES = 262_144;
/** For one place. */
const PLACE_BYTES = 1_048_576;
const TOTAL_BYTES = 8_388_608;

/** How much may be read before it is wanted: of one place, and of all places of a scope together. */
export class AheadBudget {
  readonly #total: number;
  readonly #each: number;
  #taken = 0;

  constructor(total = TOTAL_BYTES, each = PLACE_BYTES) {
    this.#total = total;
    this.#each = each;
  }

  /** Nothing is read before it is wanted. */
  static none(): AheadBudget {
    return new AheadBudget(0, 0);
  }

  /** Whether a place may begin another read that has taken `held` bytes by now. */
  allows(held: number): boolean {
    return this.#taken < this.#total && held < this.#each;
  }

  /** What the beginning of a read takes. */
  begin(): number {
    this.#taken += EXPECTED_BYTES;
    return EXPECTED_BYTES;
  }

  /** What a place has taken has changed by so many bytes. */
  change(bytes: number): void {
    this.#taken += bytes;
  }
}
