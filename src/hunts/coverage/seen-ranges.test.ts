import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeState, encodeState } from '../../store/state-codec.ts';
import { LONGEST_SILENCE_MS, MOST_RANGES, SeenRanges, SILENCE_MS, type SeenRange } from './seen-ranges.ts';

const LONG = process.env['WINDHOVER_LONG'] === '1';

/** All instants seen, looked through anew after each record. */
class NaiveSeen {
  #instants: number[] = [];
  silenceMs = SILENCE_MS;
  scattered: SeenRange | undefined;
  readonly #most: number;

  constructor(most: number) {
    this.#most = most;
  }

  get ranges(): SeenRange[] {
    const ranges: SeenRange[] = [];
    for (const ms of this.#instants.toSorted((a, b) => a - b)) {
      const last = ranges.at(-1);
      if (last !== undefined && ms - last.toMs <= this.silenceMs)
        ranges.splice(-1, 1, { ...last, toMs: ms, records: last.records + 1 });
      else ranges.push({ fromMs: ms, toMs: ms, records: 1 });
    }
    return ranges;
  }

  add(ms: number): void {
    this.#instants.push(ms);
    while (this.ranges.length > this.#most) {
      if (this.silenceMs < LONGEST_SILENCE_MS) {
        this.silenceMs *= 2;
        continue;
      }
      const least = Math.min(...this.ranges.map(({ records }) => records));
      const { fromMs, toMs, records } = this.ranges.find((range) => range.records === least) as SeenRange;
      this.#instants = this.#instants.filter((each) => each < fromMs || each > toMs);
      this.scattered = {
        fromMs: Math.min(fromMs, this.scattered?.fromMs ?? Infinity),
        toMs: Math.max(toMs, this.scattered?.toMs ?? -Infinity),
        records: records + (this.scattered?.records ?? 0),
      };
    }
  }
}

const said = ({ ranges, silenceMs, scattered }: Pick<SeenRanges, 'ranges' | 'silenceMs' | 'scattered'>): unknown => ({
  ranges,
  silenceMs,
  scattered,
});

/** Mostly a stream in order, with what is late, early, doubled, and clocks that are wrong by years. */
const instants = fc
  .array(
    fc.oneof(
      { weight: 6, arbitrary: fc.integer({ min: 0, max: SILENCE_MS * 2 }) },
      { weight: 2, arbitrary: fc.integer({ min: -SILENCE_MS * 5, max: SILENCE_MS * 5 }) },
      { weight: 1, arbitrary: fc.integer({ min: -LONGEST_SILENCE_MS * 9, max: LONGEST_SILENCE_MS * 9 }) },
    ),
    { minLength: 1, maxLength: 80, size: 'max' },
  )
  .map((steps) => {
    let ms = 1_700_000_000_000;
    return steps.map((fine) => {
      // Coarse, so that silences are exactly as long as the limit.
      const step = Math.round((fine * 4) / SILENCE_MS) * (SILENCE_MS / 4);
      const at = ms + step;
      if (step >= 0 && step <= SILENCE_MS * 2) ms = at;
      return at;
    });
  });

describe('ranges of event time that were seen', () => {
  test('are those of the set of all instants, after every record, at every bound and restart', () => {
    let closed = 0;
    let scattered = 0;
    fc.assert(
      fc.property(instants, fc.integer({ min: 1, max: 12 }), fc.nat(9), (times, most, restart) => {
        let seen = new SeenRanges(most);
        const naive = new NaiveSeen(most);
        times.forEach((ms, i) => {
          seen.add(ms);
          naive.add(ms);
          expect(said(seen)).toEqual(said(naive));
          if (i % 10 !== restart) return;
          const stored = decodeState(encodeState(seen.store())) as ReturnType<SeenRanges['store']>;
          seen = new SeenRanges(most);
          seen.restore(stored);
        });
        if (seen.silenceMs > SILENCE_MS) closed++;
        if (seen.scattered !== undefined) scattered++;
        const counted = seen.ranges.reduce((sum, { records }) => sum + records, seen.scattered?.records ?? 0);
        expect(counted).toBe(times.length);
      }),
      { numRuns: LONG ? 20_000 : 200, seed: 1 },
    );
    // The bounds were met.
    expect(closed).toBeGreaterThan(100);
    expect(scattered).toBeGreaterThan(30);
  });

  test('forged times do not blur a stream beyond the limit, nor push it out', () => {
    const seen = new SeenRanges();
    const now = Date.UTC(2026, 4, 1);
    for (let second = 0; second < 7200; second++) {
      seen.add(now + second * 1000);
      seen.add(second * 86_400_000 * 7);
    }
    expect(seen.ranges.length).toBeLessThanOrEqual(MOST_RANGES);
    expect(seen.silenceMs).toBe(LONGEST_SILENCE_MS);
    expect(seen.ranges).toContainEqual({ fromMs: now, toMs: now + 7_199_000, records: 7200 });
  });
});
