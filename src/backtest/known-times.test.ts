import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { RecordBatch } from '../telemetry/record-batch.ts';
import { KnownTimes, type KnownBatch } from './known-times.ts';

/** Beginnings of records, and how long each lasts. */
const batches = fc.array(
  fc.array(fc.tuple(fc.nat(40), fc.nat(5)), { minLength: 1, maxLength: 4 }).map(
    (records): RecordBatch =>
      ({
        size: records.length,
        firstMs: Float64Array.from(records, ([first]) => first),
        lastMs: Float64Array.from(records, ([first, length]) => first + length),
      }) as unknown as RecordBatch,
  ),
  { maxLength: 150 },
);

const answers = (times: KnownTimes): unknown[] => Array.from({ length: 41 }, (_, ms) => times.of(ms));

test('goes on from batches that were kept as it would have without an interruption', () => {
  fc.assert(
    fc.property(batches, fc.nat(150), (all, at) => {
      const whole = new KnownTimes();
      for (const batch of all) whole.add(batch);
      const before = new KnownTimes();
      const kept = new Map<number, KnownBatch>();
      for (const batch of all.slice(0, at)) {
        const known = before.add(batch);
        kept.set(KnownTimes.slotOf(known), known);
      }
      const after = new KnownTimes();
      after.restore([...kept.values()].reverse());
      for (const batch of all.slice(at)) after.add(batch);
      expect(answers(after)).toEqual(answers(whole));
    }),
  );
});
