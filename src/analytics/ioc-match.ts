import type { Analytic } from './analytic.ts';
import { valueText } from './series-key.ts';

/** Indicators are compared whole, ASCII case aside: hashes and names are written in both. */
export const iocMatch: Analytic = {
  scope: 'row',
  rate(row, given) {
    const wanted = given.texts('list');
    const found = row
      .values('by')
      .flat()
      .flatMap((value) => (Array.isArray(value) ? (value as readonly string[]) : [valueText(value)]))
      .filter((text) => wanted.has(text.toLowerCase()));
    return found.length === 0 ? {} : { x_ioc: [...new Set(found)].sort() };
  },
};
