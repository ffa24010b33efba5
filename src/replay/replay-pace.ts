export interface PaceOptions {
  /** 1 = as recorded, 10 = ten times as fast, Infinity = as fast as it goes. */
  readonly speed: number;
  /** Records a second at most; Infinity = no limit. */
  readonly rate: number;
}

/** When each record is due, by the time of its events and by a rate. Times are ms. */
export class ReplayPace {
  readonly #options: PaceOptions;
  readonly #startedAt: number;
  #records = 0;
  #firstEventMs: number | undefined;

  constructor(options: PaceOptions, nowMs: number) {
    this.#options = options;
    this.#startedAt = nowMs;
  }

  /** Wall time at which the next record is due; what has no event time is due at once. */
  due(timeMs: number | undefined): number {
    const { speed, rate } = this.#options;
    const byRate = rate === Infinity ? 0 : (this.#records++ * 1000) / rate;
    let byTime = 0;
    if (speed !== Infinity && timeMs !== undefined) {
      this.#firstEventMs ??= timeMs;
      byTime = (timeMs - this.#firstEventMs) / speed;
    }
    return this.#startedAt + Math.max(byRate, byTime);
  }
}
