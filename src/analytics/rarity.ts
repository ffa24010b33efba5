import type { Analytic } from './analytic.ts';
import { seriesKey } from './series-key.ts';

/** Rarity by surprise: −log(count / all) / log(all), which is 1 for a value that one member has and 0 for all alike. */
export const rarity: Analytic = {
  scope: 'set',
  rate(rows) {
    const keys = rows.map((row) => seriesKey(row, 'by'));
    const counts = new Map<string, number>();
    for (const key of keys) if (key !== undefined) counts.set(key, (counts.get(key) ?? 0) + 1);
    const all = keys.filter((key) => key !== undefined).length;
    return keys.map((key) => {
      if (key === undefined) return {};
      const count = counts.get(key) as number;
      return { x_rarity_score: all === 1 ? 1 : rounded(1 - Math.log(count) / Math.log(all)), x_rarity_count: count };
    });
  },
};

/** Four decimals: enough to compare, and the same on every machine. */
function rounded(value: number): number {
  return Math.round(value * 10_000) / 10_000;
}
