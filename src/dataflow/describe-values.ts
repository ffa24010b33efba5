import { compareInstants } from '../catalogue/instant.ts';
import { compareValues, isInstant, valueKey, type Value } from '../graph/value.ts';

/** A statistic and what it came to; nothing where there is none. */
export type Statistic = readonly [name: string, value: Value | undefined];

/**
 * DESCRIBE: of numbers only, count, mean, min and max; of anything else count, unique, top and freq, and for times
 * min and max too. Unknown values are not counted, but `top` is unknown where they are more frequent than every value.
 * Of equally frequent values the least is `top`.
 */
export function describeValues(cells: readonly (Value | undefined)[]): Statistic[] {
  const values = cells.filter((cell) => cell !== undefined);
  const count: Statistic = ['count', values.length];
  if (values.length > 0 && values.every((value) => typeof value === 'number')) {
    return [count, ['mean', meanOf(values)], ...extremes(values, (a, b) => a - b)];
  }
  const frequencies = new Map<string, { readonly value: Value; times: number }>();
  for (const value of values) {
    const known = frequencies.get(valueKey(value));
    if (known === undefined) frequencies.set(valueKey(value), { value, times: 1 });
    else known.times++;
  }
  let top: { value: Value | undefined; times: number } | undefined;
  for (const each of frequencies.values()) {
    const isMore = top === undefined || each.times > top.times;
    if (isMore || (each.times === top?.times && compareValues(each.value, top.value as Value) < 0)) top = each;
  }
  const unknown = cells.length - values.length;
  if (unknown > (top?.times ?? 0)) top = { value: undefined, times: unknown };
  const statistics: Statistic[] = [count, ['unique', frequencies.size], ['top', top?.value], ['freq', top?.times ?? 0]];
  return values.length > 0 && values.every(isInstant)
    ? [...statistics, ...extremes(values, compareInstants)]
    : statistics;
}

/** Of the values in ascending order, so that the sum does not depend on the order of rows. */
function meanOf(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b).reduce((sum, value) => sum + value, 0) / values.length;
}

function extremes<T extends Value>(values: readonly T[], compare: (a: T, b: T) => number): Statistic[] {
  return [
    ['min', values.reduce((least, value) => (compare(value, least) < 0 ? value : least))],
    ['max', values.reduce((most, value) => (compare(value, most) > 0 ? value : most))],
  ];
}
