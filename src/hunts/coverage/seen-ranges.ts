/** Silence up to this long is no break in what was seen, ms. */
export const SILENCE_MS = 60_000;
/** So many ranges are told apart. */
export const MOST_RANGES = 128;
/** Silences are closed up to this long before ranges of few records are given up, ms. */
export const LONGEST_SILENCE_MS = SILENCE_MS * 64;

/** A stretch of event time in which records came, ms since 1970, both ends included. */
export interface SeenRange {
  readonly fromMs: number;
  readonly toMs: number;
  readonly records: number;
}

/** What `SeenRanges` says of itself; serialisable. */
export interface StoredRanges {
  readonly ranges: readonly (readonly [number, number, number])[];
  readonly silenceMs: number;
  readonly scattered: readonly [number, number, number] | null;
}

/**
 * The event times of records as ranges, from the least time to the greatest. Times that lie no further apart than
 * `silenceMs` are one range. Where there are too many ranges `silenceMs` is doubled; beyond its limit the range of the
 * fewest records (the earliest of several) is given up and only counted in `scattered`, so that forged times cannot make
 * the rest useless. The answer depends on the order of the records, and not on where batches end.
 */
export class SeenRanges {
  readonly #most: number;
  readonly #from: number[] = [];
  readonly #to: number[] = [];
  readonly #records: number[] = [];
  #silenceMs = SILENCE_MS;
  #scattered: SeenRange | undefined;
  /** The range of the last record: the next one mostly continues it. */
  #at = 0;

  constructor(most = MOST_RANGES) {
    this.#most = most;
  }

  /** Silences up to this long are not told. Grows only. */
  get silenceMs(): number {
    return this.#silenceMs;
  }

  /** Records at single times that no range is kept for. */
  get scattered(): SeenRange | undefined {
    return this.#scattered;
  }

  get ranges(): readonly SeenRange[] {
    return this.#from.map((fromMs, i) => ({
      fromMs,
      toMs: this.#to[i] as number,
      records: this.#records[i] as number,
    }));
  }

  add(ms: number): void {
    const at = this.#at;
    const to = this.#to[at];
    if (to !== undefined && ms >= (this.#from[at] as number)) {
      const next = this.#from[at + 1];
      const continues = ms - to <= this.#silenceMs && (next === undefined || next - ms > this.#silenceMs);
      if (ms <= to || continues) {
        if (ms > to) this.#to[at] = ms;
        (this.#records[at] as number)++;
        return;
      }
    }
    this.#place(ms);
  }

  store(): StoredRanges {
    const scattered = this.#scattered;
    return {
      ranges: this.ranges.map(({ fromMs, toMs, records }) => [fromMs, toMs, records]),
      silenceMs: this.#silenceMs,
      scattered: scattered === undefined ? null : [scattered.fromMs, scattered.toMs, scattered.records],
    };
  }

  restore({ ranges, silenceMs, scattered }: StoredRanges): void {
    this.#from.splice(0, Infinity, ...ranges.map(([from]) => from));
    this.#to.splice(0, Infinity, ...ranges.map(([, to]) => to));
    this.#records.splice(0, Infinity, ...ranges.map(([, , records]) => records));
    this.#silenceMs = silenceMs;
    this.#scattered = scattered === null ? undefined : asRange(scattered);
    this.#at = 0;
  }

  #place(ms: number): void {
    const at = this.#firstEndingFrom(ms - this.#silenceMs);
    this.#at = at;
    const from = this.#from[at];
    if (from !== undefined && from - this.#silenceMs <= ms) {
      this.#from[at] = Math.min(from, ms);
      this.#to[at] = Math.max(this.#to[at] as number, ms);
      (this.#records[at] as number)++;
      if (this.#touchesNext(at)) this.#joinNext(at);
      return;
    }
    this.#from.splice(at, 0, ms);
    this.#to.splice(at, 0, ms);
    this.#records.splice(at, 0, 1);
    while (this.#from.length > this.#most) this.#coarsen();
  }

  /** Index of the first range that ends at `ms` or later. */
  #firstEndingFrom(ms: number): number {
    let low = 0;
    let high = this.#to.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#to[middle] as number) < ms) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #touchesNext(at: number): boolean {
    const next = this.#from[at + 1];
    return next !== undefined && next - (this.#to[at] as number) <= this.#silenceMs;
  }

  #joinNext(at: number): void {
    this.#to[at] = this.#to[at + 1] as number;
    this.#records[at] = (this.#records[at] as number) + (this.#records[at + 1] as number);
    this.#remove(at + 1);
  }

  #remove(at: number): void {
    for (const list of [this.#from, this.#to, this.#records]) list.splice(at, 1);
  }

  #coarsen(): void {
    if (this.#silenceMs < LONGEST_SILENCE_MS) {
      this.#silenceMs *= 2;
      for (let at = this.#from.length - 2; at >= 0; at--) if (this.#touchesNext(at)) this.#joinNext(at);
    } else {
      this.#giveUp(this.#records.indexOf(Math.min(...this.#records)));
    }
    this.#at = 0;
  }

  #giveUp(at: number): void {
    const [fromMs, toMs, records] = [this.#from[at], this.#to[at], this.#records[at]] as [number, number, number];
    const { fromMs: from = Infinity, toMs: to = -Infinity, records: before = 0 } = this.#scattered ?? {};
    this.#scattered = { fromMs: Math.min(from, fromMs), toMs: Math.max(to, toMs), records: before + records };
    this.#remove(at);
  }
}

export function asRange([fromMs, toMs, records]: readonly [number, number, number]): SeenRange {
  return { fromMs, toMs, records };
}
