import fc from 'fast-check';
import { expect, test } from 'vitest';
import { usualRange } from './usual-range.ts';

const DAY = 86_400_000;
const NOW = Date.UTC(2026, 4, 1);
const range = (fromDay: number, toDay: number, records: number) => {
  return { fromMs: NOW + fromDay * DAY, toMs: NOW + toDay * DAY, records };
};

test('a few records of a clock that is wrong lie apart', () => {
  const usual = [range(0, 1, 4000), range(3, 4, 320)];
  const whole = { fromMs: NOW, toMs: NOW + 4 * DAY };
  expect(usualRange([])).toBeUndefined();
  expect(usualRange(usual)).toEqual({ ...whole, apart: 0 });
  expect(usualRange([range(-20_000, -20_000, 1), ...usual, range(26_000, 26_000, 2)])).toEqual({ ...whole, apart: 3 });
  // As many as these are no mistake of a clock, and what is near is none either.
  expect(usualRange([range(-400, -400, 5), ...usual])).toMatchObject({ fromMs: NOW - 400 * DAY, apart: 0 });
  expect(usualRange([...usual, range(30, 30, 1)])).toMatchObject({ toMs: NOW + 30 * DAY, apart: 0 });
});

test('a few among many are never apart where some lie before and some behind them', () => {
  const seen = [range(0, 1, 4000), range(100, 100, 1), range(200, 201, 4000)];
  expect(usualRange(seen)).toEqual({ fromMs: NOW, toMs: NOW + 201 * DAY, apart: 0 });
});

test('what is apart is at most a thousandth for each stretch of its own, and the order does not matter', () => {
  const ranges = fc.array(
    fc
      .tuple(fc.integer({ min: -500, max: 500 }), fc.nat(20), fc.integer({ min: 1, max: 5000 }))
      .map(([from, days, records]) => range(from, from + days, records)),
    { minLength: 1, maxLength: 12 },
  );
  fc.assert(
    fc.property(ranges, (seen) => {
      const found = usualRange(seen);
      const all = seen.reduce((sum, { records }) => sum + records, 0);
      expect(found?.apart).toBeLessThanOrEqual((all / 1000) * seen.length);
      expect(usualRange([...seen].reverse())).toEqual(found);
      expect(seen.filter(({ records }) => records > all / 1000).every(({ fromMs }) => fromMs >= found!.fromMs)).toBe(
        true,
      );
    }),
  );
});
