import { formatInstant } from '../catalogue/instant.ts';
import type { AnalyticRow, AnalyticValue } from './analytic.ts';

/** Key of the values of an argument's attributes together; undefined where the entity has none of them at all. */
export function seriesKey(row: AnalyticRow, argument: string): string | undefined {
  const values = row.values(argument);
  if (values.every((each) => each.length === 0)) return undefined;
  return JSON.stringify(values.map((each) => each.map(valueText).sort()));
}

/** A value as a text: equal texts mean equal values of one attribute. */
export function valueText(value: AnalyticValue): string {
  if (typeof value !== 'object') return String(value);
  return 'ms' in value ? formatInstant(value) : value.join('\n');
}
