const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Widths that people count time by, ms. */
const WIDTHS = [
  ...[1, 2, 5, 10, 30].map((n) => n * SECOND),
  ...[1, 2, 5, 10, 30].map((n) => n * MINUTE),
  ...[1, 2, 6, 12].map((n) => n * HOUR),
  ...[1, 7, 30, 90, 365, 3650].map((n) => n * DAY),
];
const MOST_BUCKETS = 60;

export interface TimeHistogram {
  readonly widthMs: number;
  /** Start of each bucket, ms since 1970, and how many fall into it; one after the other, empty ones too. */
  readonly buckets: readonly (readonly [number, number])[];
}

/**
 * Counts moments over a range, in at most 60 buckets of a width that people count by, aligned to 1970 UTC. Moments
 * outside the range widen it.
 */
export function timeHistogram(times: readonly number[], fromMs: number, toMs: number): TimeHistogram {
  let from = fromMs;
  let to = toMs;
  for (const time of times) {
    if (time < from) from = time;
    if (time > to) to = time;
  }
  const widthMs = bucketWidth(from, to);
  const first = Math.floor(from / widthMs);
  const counts = new Array<number>(Math.floor(to / widthMs) - first + 1).fill(0);
  for (const time of times) counts[Math.floor(time / widthMs) - first]!++;
  return { widthMs, buckets: counts.map((count, i) => [(first + i) * widthMs, count] as const) };
}

function bucketWidth(from: number, to: number): number {
  const fits = (width: number): boolean => Math.floor(to / width) - Math.floor(from / width) < MOST_BUCKETS;
  return WIDTHS.find(fits) ?? Math.ceil((to - from + 1) / (MOST_BUCKETS - 1));
}
