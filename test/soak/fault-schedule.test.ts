import fc from 'fast-check';
import { expect, test } from 'vitest';
import { faultSchedule, FAULTS, RESTARTS } from '../../benchmarks/soak/fault-schedule.ts';

const seeds = fc.integer({ min: 1, max: 1_000_000 });

test('one fault each minute, in order, none at the end', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 120 }), seeds, (minutes, seed) => {
      const schedule = faultSchedule(minutes, seed);
      expect(schedule.map(({ at }) => Math.floor(at / 60))).toEqual(schedule.map((_, i) => i));
      expect(schedule).toHaveLength(minutes);
      expect(schedule.at(-1)?.at).toBeLessThanOrEqual(minutes * 60 - 21);
    }),
  );
});

test('half an hour has every kind of fault; restarts and floods leave the last two fifths to one process that holds as much', () => {
  fc.assert(
    fc.property(seeds, (seed) => {
      const schedule = faultSchedule(30, seed);
      expect(new Set(schedule.map(({ kind }) => kind))).toEqual(new Set(FAULTS));
      const restarts = schedule.filter(({ kind }) => RESTARTS.has(kind)).map(({ at }) => at);
      expect(restarts.length).toBeGreaterThan(2);
      expect(Math.max(...restarts)).toBeLessThan(30 * 60 * 0.6 + 10);
      expect(schedule.findLast(({ kind }) => kind === 'flood')?.at).toBeLessThan(30 * 60 * 0.6 + 10);
    }),
  );
});

test('the same seed deals the same, others deal otherwise', () => {
  expect(faultSchedule(30, 7)).toEqual(faultSchedule(30, 7));
  const orders = new Set([1, 2, 3, 4, 5].map((seed) => JSON.stringify(faultSchedule(30, seed))));
  expect(orders.size).toBe(5);
});

test('kinds that cannot happen here are left out', () => {
  const kinds = FAULTS.filter((kind) => kind !== 'broker');
  expect(faultSchedule(60, 1, kinds).some(({ kind }) => kind === 'broker')).toBe(false);
  expect(faultSchedule(10, 1, ['kill']).every(({ at }) => at < 6 * 60 + 10)).toBe(true);
});
