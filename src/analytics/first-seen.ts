import { compareInstants, type Instant } from '../catalogue/instant.ts';
import type { Analytic, AnalyticRow } from './analytic.ts';
import { seriesKey } from './series-key.ts';

/** The least time among the members with the same values. Members without a time say nothing and get nothing. */
export const firstSeen: Analytic = {
  scope: 'set',
  rate(rows) {
    const seen = rows.map((row) => ({ key: seriesKey(row, 'by'), time: timeOf(row, 'time') }));
    const first = new Map<string, Instant>();
    for (const { key, time } of seen) {
      if (key === undefined || time === undefined) continue;
      const known = first.get(key);
      if (known === undefined || compareInstants(time, known) < 0) first.set(key, time);
    }
    return seen.map(({ key, time }) => {
      const least = key === undefined ? undefined : first.get(key);
      if (least === undefined) return {};
      return { x_first_seen: least, x_is_first: time !== undefined && compareInstants(time, least) === 0 };
    });
  },
};

/** The least of an argument's values that is a time. */
export function timeOf(row: AnalyticRow, argument: string): Instant | undefined {
  let least: Instant | undefined;
  for (const value of row.values(argument).flat()) {
    if (typeof value !== 'object' || !('ms' in value)) continue;
    if (least === undefined || compareInstants(value, least) < 0) least = value;
  }
  return least;
}
