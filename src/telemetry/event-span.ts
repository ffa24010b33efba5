/**
 * From when to when the records of a batch reach. What enters and expires with time does so by its end, so a record's time
 * is its last_observed: starts may lie as far back as they like.
 */
export class EventSpan {
  #leastMs = Infinity;
  #greatestMs = -Infinity;

  /** Whether a record of that time would stretch it over more than `limitMs`; the first one stretches nothing. */
  wouldExceed(limitMs: number, lastMs: number): boolean {
    return Math.max(this.#greatestMs, lastMs) - Math.min(this.#leastMs, lastMs) > limitMs;
  }

  add(lastMs: number): void {
    this.#leastMs = Math.min(this.#leastMs, lastMs);
    this.#greatestMs = Math.max(this.#greatestMs, lastMs);
  }

  reset(): void {
    this.#leastMs = Infinity;
    this.#greatestMs = -Infinity;
  }
}
