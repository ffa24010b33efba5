import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatInstant } from './instant.ts';

const instant = fc.record({
  ms: fc.oneof(fc.integer({ min: -3000, max: 3000 }), fc.integer({ min: -8.64e15, max: 8.64e15 })),
  ns: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 999_999 })),
});

describe('an instant as text', () => {
  test.each([
    [{ ms: 0, ns: 0 }, '1970-01-01T00:00:00.000Z'],
    [{ ms: -1, ns: 0 }, '1969-12-31T23:59:59.999Z'],
    [{ ms: 1_500, ns: 120_000 }, '1970-01-01T00:00:01.50012Z'],
    [{ ms: 1_500, ns: 7 }, '1970-01-01T00:00:01.500000007Z'],
    [{ ms: Infinity, ns: 0 }, '+275760-09-13T00:00:00.000Z'],
    [{ ms: -Infinity, ns: 0 }, '-271821-04-20T00:00:00.000Z'],
  ])('%j is %s', (given, expected) => {
    expect(formatInstant(given)).toBe(expected);
  });

  test('has the milliseconds of a date, and the nanoseconds behind them, whatever was written before', () => {
    fc.assert(
      fc.property(fc.array(instant), (instants) => {
        for (const { ms, ns } of instants) {
          const nanoseconds = ns === 0 ? '' : String(ns).padStart(6, '0').replace(/0+$/, '');
          expect(formatInstant({ ms, ns })).toBe(new Date(ms).toISOString().replace('Z', `${nanoseconds}Z`));
        }
      }),
    );
  });
});
