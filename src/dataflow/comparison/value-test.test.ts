import { describe, expect, test } from 'vitest';
import type { Value } from '../../graph/value.ts';
import { anyOf, equalityKey, holds, valueTest } from './value-test.ts';

const instant = (ms: number, ns = 0): Value => ({ ms, ns });

describe('comparisons of one value', () => {
  test.each<[Value, Parameters<typeof valueTest>[0], Value, boolean]>([
    [2, '=', '2', true],
    ['2', '=', 2, true],
    ['2.0', '=', 2, true],
    ['2x', '=', 2, false],
    ['a', '=', 'A', false],
    [true, '=', 'true', true],
    [10, '>', 9, true],
    ['10', '>', '9', true],
    ['b', '>', 'a', true],
    ['B', '>', 'a', false],
    [10, '>', 'a', false],
    [1234, 'LIKE', '12%', true],
    [1234, 'MATCHES', '^12', true],
    [instant(0), '=', '1970-01-01T00:00:00Z', true],
    [instant(0, 1), '>', '1970-01-01T00:00:00.000Z', true],
    ['10.0.0.1', 'ISSUBSET', '10.0.0.0/8', true],
    ['10.0.0.0/8', 'ISSUPERSET', '10.1.0.0/16', true],
    ['no address', 'ISSUBSET', '10.0.0.0/8', false],
    ['', '=', '', true],
    [0, '=', -0, true],
  ])('%j %s %j is %j', (value, operator, operand, expected) => {
    expect(valueTest(operator, operand)(value)).toBe(expected);
  });

  test('IN holds for any of its literals', () => {
    const test = anyOf('IN', [1, 'b', '3']);
    expect([1, '1', 'b', 3, 'B', 2].map(test)).toEqual([true, true, true, true, false, false]);
  });

  test('values that = calls equal share a key, others do not', () => {
    const values: Value[] = [1, '1', '1.0', '01', 'a', 'A', true, 'true', '', 0];
    for (const a of values) {
      for (const b of values) expect(equalityKey(a) === equalityKey(b)).toBe(valueTest('=', b)(a));
    }
  });
});

describe('comparisons of an attribute', () => {
  const isA = valueTest('=', 'a');

  test('null fails, negated or not', () => {
    expect(holds(undefined, isA, false)).toBe(false);
    expect(holds(undefined, isA, true)).toBe(false);
  });

  test('a list holds by some element, negated by none', () => {
    expect(holds(['b', 'a'], isA, false)).toBe(true);
    expect(holds(['b', 'a'], isA, true)).toBe(false);
    expect(holds(['b'], isA, true)).toBe(true);
    expect(holds([], isA, true)).toBe(false);
  });
});
