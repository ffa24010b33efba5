import { describe, expect, test } from 'vitest';
import type { Value } from '../../graph/value.ts';
import { binValue } from './bin-value.ts';

const day = (iso: string): Value => ({ ms: Date.parse(iso), ns: 0 });

describe('bins', () => {
  test.each<[Value | undefined, number, Value | undefined]>([
    [7, 5, 5],
    [-1, 5, -5],
    [-5, 5, -5],
    ['12', 5, 10],
    [0, 5, 0],
    ['sh', 5, undefined],
    [true, 5, undefined],
    [day('2024-01-01T00:00:00Z'), 5, undefined],
    [undefined, 5, undefined],
  ])('%o in bins of %i: %o', (value, size, bin) => expect(binValue(value, { size })).toEqual(bin));

  test('weeks begin on Thursdays, as 1970 did', () => {
    expect(binValue(day('2019-11-16T12:00:00Z'), { size: 7, unit: 'd' })).toEqual(day('2019-11-14T00:00:00Z'));
  });

  test.each<[Value | undefined, Value | undefined]>([
    [{ ms: Date.parse('2024-01-01T00:01:59.999Z'), ns: 999_999 }, day('2024-01-01T00:01:00Z')],
    ['2024-01-01T00:01:01Z', day('2024-01-01T00:01:00Z')],
    [{ ms: -1, ns: 0 }, day('1969-12-31T23:59:00Z')],
    [60, undefined],
    ['soon', undefined],
  ])('%o in minutes: %o', (value, bin) => expect(binValue(value, { size: 1, unit: 'm' })).toEqual(bin));
});
