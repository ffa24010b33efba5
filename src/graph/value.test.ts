import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareTexts, compareValues, foldCase, unionTexts, valueKey, type Value } from './value.ts';

const value: fc.Arbitrary<Value> = fc.oneof(
  fc.boolean(),
  fc.double({ noNaN: true }).map((number) => (number === 0 ? 0 : number)),
  fc.string({ unit: 'binary' }),
  fc.record({ ms: fc.integer(), ns: fc.integer({ min: 0, max: 999_999 }) }),
  fc.array(fc.string(), { maxLength: 3 }),
);

describe('the order of values', () => {
  test('texts go by their UTF-8 bytes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (a, b) => {
        expect(Math.sign(compareTexts(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)));
      }),
    );
  });

  test('is total, and equal values share a key', () => {
    fc.assert(
      fc.property(value, value, value, (a, b, c) => {
        expect(Math.sign(compareValues(a, b)) + Math.sign(compareValues(b, a))).toBe(0);
        if (compareValues(a, b) <= 0 && compareValues(b, c) <= 0) expect(compareValues(a, c)).toBeLessThanOrEqual(0);
        expect(compareValues(a, b) === 0).toBe(valueKey(a) === valueKey(b));
      }),
    );
  });

  test('kinds: booleans, numbers, times, texts, lists', () => {
    const values: Value[] = [false, true, -1, 7, { ms: 0, ns: 0 }, { ms: 0, ns: 1 }, '', 'a', [], ['a']];
    expect([...values].reverse().sort(compareValues)).toEqual(values);
  });
});

test('folding is for ASCII letters only', () => {
  expect(foldCase('C:\\Windows\\É')).toBe('c:\\windows\\É');
  expect(foldCase('C:\\Windows\\x')).toBe('c:\\windows\\x');
  // The sign of the kelvin has an ASCII letter below it.
  expect(foldCase('\u212aB')).toBe('\u212ab');
});

test('a union is sorted and holds each text once', () => {
  expect(unionTexts(['b'], ['a', 'b', 'a', 'é'])).toEqual(['a', 'b', 'é']);
});
