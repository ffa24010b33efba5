import type { Analytic, AnalyticColumns } from './analytic.ts';
import { timeOf } from './first-seen.ts';
import { seriesKey } from './series-key.ts';

/**
 * Regularity of a series of connections: the gaps between their starts, compared with the median gap. Medians, so that
 * a machine that slept for a night, or a few connections by hand, do not hide a beacon.
 */
export const beaconing: Analytic = {
  scope: 'set',
  rate(rows, given) {
    const least = Math.max(3, given.number('least'));
    const starts = new Map<string, number[]>();
    const keys = rows.map((row) => {
      const key = seriesKey(row, 'by');
      const time = timeOf(row, 'time');
      if (key === undefined || time === undefined) return undefined;
      const series = starts.get(key);
      if (series === undefined) starts.set(key, [time.ms]);
      else series.push(time.ms);
      return key;
    });
    const rated = new Map([...starts].map(([key, series]) => [key, rate(series, least)]));
    return keys.map((key) => (key === undefined ? {} : (rated.get(key) as AnalyticColumns)));
  },
};

function rate(starts: number[], least: number): AnalyticColumns {
  starts.sort((a, b) => a - b);
  const gaps = starts.slice(1).map((start, i) => start - (starts[i] as number));
  if (starts.length < least) return { x_beacon_count: starts.length };
  const gap = median(gaps);
  // Bursts: most connections start together, which is no rhythm.
  if (gap === 0) return { x_beacon_count: starts.length, x_beacon_score: 0 };
  const deviation = median(gaps.map((each) => Math.abs(each - gap)));
  return {
    x_beacon_count: starts.length,
    x_beacon_interval: gap / 1000,
    x_beacon_score: Math.round(Math.max(0, 1 - deviation / gap) * 10_000) / 10_000,
  };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] as number;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] as number)) / 2;
}
