const FIRST_MS = 500;
const LONGEST_MS = 30_000;

/**
 * Waits between tries: twice as long each time, up to 30 s, half of it by chance, so that many writers do not come back
 * at one moment.
 */
export class Backoff {
  readonly #random: () => number;
  #tries = 0;

  /** `random`: from 0 up to before 1. */
  constructor(random: () => number) {
    this.#random = random;
  }

  /** Ms. */
  next(): number {
    const whole = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(10, this.#tries++));
    return Math.ceil(whole / 2 + (whole / 2) * this.#random());
  }

  reset(): void {
    this.#tries = 0;
  }
}
