import { expect, test } from 'vitest';
import { describeValues } from './describe-values.ts';

const describe = (cells: Parameters<typeof describeValues>[0]) => Object.fromEntries(describeValues(cells));
const time = (ms: number) => ({ ms, ns: 0 });

test('numbers: count, mean, min and max of those that are known', () => {
  expect(describe([3, undefined, 1, 2.5, -1])).toEqual({ count: 4, mean: 1.375, min: -1, max: 3 });
});

test('anything else: count, unique, top and freq', () => {
  expect(describe(['b', 'a', 'b', undefined, 1])).toEqual({ count: 4, unique: 3, top: 'b', freq: 2 });
});

test('of equally frequent values the least is shown; unknown only where it is more frequent than all', () => {
  expect(describe(['b', 'a'])).toMatchObject({ top: 'a', freq: 1 });
  expect(describe(['b', undefined])).toMatchObject({ top: 'b', freq: 1 });
  expect(describe(['b', undefined, undefined])).toMatchObject({ count: 1, top: undefined, freq: 2 });
});

test('times have their first and last too', () => {
  expect(describe([time(2), time(1)])).toMatchObject({ unique: 2, min: time(1), max: time(2) });
});

test('the text 1 and the number 1 are two values', () => {
  expect(describe(['1', 1])).toMatchObject({ count: 2, unique: 2 });
});

test('nothing', () => {
  expect(describe([])).toEqual({ count: 0, unique: 0, top: undefined, freq: 0 });
});
