import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { RecordBatch } from '../telemetry/record-batch.ts';
import { KnownTimes, type KnownBatch } from './known-times.ts';

function batchOf(records: readonly (readonly [first: number, length: number])[]): RecordBatch {
  const batch = {
    size: records.length,
    firstMs: Float64Array.from(records, ([first]) => first),
    lastMs: Float64Array.from(records, ([first, length]) => first + length),
  };
  return batch as unknown as RecordBatch;
}

/** Beginnings of records, and how long each lasts. */
const record = fc.tuple(fc.nat(40), fc.nat(5));
const batches = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: fc.array(record, { minLength: 1, maxLength: 4 }).map(batchOf) },
    // So large that the first ones are forgotten.
    { weight: 1, arbitrary: record.map((one) => batchOf(Array.from({ length: 400 }, () => one))) },
  ),
  { maxLength: 300 },
);

const answers = (times: KnownTimes): unknown[] => Array.from({ length: 41 }, (_, ms) => times.of(ms));

test('goes on from batches that were kept as it would have without an interruption', () => {
  fc.assert(
    fc.property(batches, fc.nat(300), (all, at) => {
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

test('records that come in many small batches are remembered as long as those of few large ones', () => {
  const times = new KnownTimes();
  for (let i = 0; i < 500; i++) times.add(batchOf(Array.from({ length: 20 }, (_, k) => [1000 * i + k, 2])));
  expect([times.of(0), times.of(1000 * 499 + 5)]).toEqual([2, 1000 * 499 + 7]);
});
