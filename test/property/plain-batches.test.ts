import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { PlainRecord } from '../reference/plain-record.ts';
import { arbitraryRecords } from './arbitrary-records.ts';
import { PlainBatches } from './plain-batches.ts';
import { plainRecords } from './plain-records.ts';
import { WideLayout } from './wide-layout.ts';

describe('plain records as batches', () => {
  test.each([
    ['kinds by shape', false],
    ['one wide kind', true],
  ])('are read back as they were: %s', (_, isWide) => {
    fc.assert(
      fc.property(
        arbitraryRecords,
        fc.boolean(),
        fc.integer({ min: 1, max: 7 }),
        (records, emptyDictionaries, size) => {
          const batches = new PlainBatches({ emptyDictionaries, ...(isWide ? { wideKindFor: records } : {}) });
          const read: PlainRecord[] = [];
          for (let at = 0; at < records.length; at += size) {
            read.push(...plainRecords(batches.batch(records.slice(at, at + size))));
          }
          expect(read).toEqual(records);
        },
      ),
      { numRuns: 200 },
    );
  });

  test('a wide kind fits most generated records', () => {
    const samples = fc.sample(arbitraryRecords, { numRuns: 100, seed: 1 });
    const fits = samples.flatMap((records) => {
      const layout = new WideLayout(records);
      return records.map((record) => layout.placesOf(record) !== undefined);
    });
    expect(fits.filter(Boolean).length / fits.length).toBeGreaterThan(0.5);
  });

  test('codes of one batch mean nothing in the next where dictionaries are emptied', () => {
    const [records] = fc.sample(arbitraryRecords, { numRuns: 1, seed: 7 }) as [PlainRecord[]];
    const first = records.slice(0, 1);
    const batches = new PlainBatches({ emptyDictionaries: true });
    const codes = (): readonly unknown[] => {
      const { kinds } = batches.batch(first);
      const column = kinds[0]?.slots[0]?.identity[0];
      return [column?.code[0], column?.dictionary.epoch];
    };
    const [code, epoch] = codes();
    expect(codes()).not.toEqual([code, epoch]);
  });
});
