import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ExactSum } from './exact-sum.ts';

const value = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer(),
  fc.maxSafeInteger(),
  fc.constantFrom(0.1, 1e16, -1e16, 5e-324, 1e308, 0.5, 3),
);

function sumOf(values: readonly number[]): number {
  const sum = new ExactSum();
  for (const each of values) sum.add(each);
  return sum.value;
}

describe('an exact sum', () => {
  test('is rounded once, at the end', () => {
    expect(sumOf(Array.from({ length: 10 }, () => 0.1))).toBe(1);
    expect(sumOf([1e16, 1, 1, -1e16])).toBe(2);
    expect(sumOf([1e308, 1e308, -1e308])).toBe(1e308);
    expect(sumOf([5e-324, 5e-324])).toBe(1e-323);
    expect(sumOf([2 ** 53, 1])).toBe(2 ** 53);
    expect(sumOf([2 ** 53, 1, 2 ** -1074])).toBe(2 ** 53 + 2);
  });

  test('of one value is the value', () => {
    fc.assert(
      fc.property(value, (each) => {
        expect(sumOf([each]) + 0).toBe(each + 0);
      }),
    );
  });

  test('does not depend on the order', () => {
    fc.assert(
      fc.property(fc.array(value), (values) => {
        expect(sumOf(values.toReversed())).toBe(sumOf(values));
      }),
    );
  });

  test('is what it was before once values are taken back', () => {
    fc.assert(
      fc.property(fc.array(value), fc.array(value), (kept, gone) => {
        const sum = new ExactSum();
        for (const each of [...gone, ...kept]) sum.add(each);
        for (const each of gone) sum.remove(each);
        expect(sum.value).toBe(sumOf(kept));
      }),
    );
  });

  test('of whole numbers beyond 2^53 agrees with integers', () => {
    fc.assert(
      fc.property(fc.array(fc.maxSafeInteger()), (values) => {
        expect(sumOf(values)).toBe(Number(values.reduce((a, b) => a + BigInt(b), 0n)));
      }),
    );
  });
});
