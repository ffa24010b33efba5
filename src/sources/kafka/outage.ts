const FIRST_MS = 1000;
const LONGEST_MS = 30_000;

/** A time during which the brokers cannot be used: told once when it begins and once when it has ended. */
export class Outage {
  #code: string | undefined;
  #tries = 0;

  get isOn(): boolean {
    return this.#code !== undefined;
  }

  /** True where this is to be told: the first failure, or another kind of failure than the last one. */
  begin(code: string): boolean {
    const isNews = this.#code !== code;
    this.#code = code;
    return isNews;
  }

  /** Wait before the next try, ms: twice as long each time, up to 30 s. */
  nextDelay(): number {
    return Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(10, this.#tries++));
  }

  /** True where there was one. */
  end(): boolean {
    const was = this.isOn;
    this.#code = undefined;
    this.#tries = 0;
    return was;
  }
}
