import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { RecordBatch } from '../../telemetry/record-batch.ts';
import type { PlacePosition } from '../input/source-reader.ts';
import { CoverageLedger } from './coverage-ledger.ts';
import { endOf } from './coverage-hole.ts';

const START = Date.UTC(2026, 0, 1);
const MINUTE = 60_000;

interface Came {
  /** Minutes. */
  readonly at: number;
  readonly outside: boolean;
  readonly refused: boolean;
}

function batchOf(times: readonly number[], undecodable = 0): RecordBatch {
  const lastMs = Float64Array.from(times, (at) => START + at * MINUTE);
  return { size: times.length, lastMs, undecodable, ignored: 0, rejects: [] } as unknown as RecordBatch;
}

function position(place: string): PlacePosition {
  return { place, position: { offset: 0, records: 0 }, head: '', headLength: 0 };
}

const make = (more: { mostPlaces?: number } = {}): CoverageLedger =>
  new CoverageLedger({ latenessMs: MINUTE, wallClock: () => START, windowMs: new Map(), ...more });

function take(ledger: CoverageLedger, place: string, came: readonly Came[]): void {
  const outside = Uint8Array.from(came, (each) => Number(each.outside));
  const left = Uint8Array.from(came, (each) => Number(each.outside || each.refused));
  ledger.take({ source: 's', batch: batchOf(came.map(({ at }) => at)), position: position(place) }, { outside, left });
}

const records = fc.array(
  fc.record({
    at: fc.integer({ min: 0, max: 200 }),
    outside: fc.nat(5).map((n) => n === 0),
    refused: fc.nat(3).map((n) => n === 0),
  }),
  { minLength: 1, maxLength: 60, size: 'max' },
);

describe('the ledger of a scope', () => {
  test('is the same wherever batches end, and counts what a naive look counts', () => {
    fc.assert(
      fc.property(records, fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }), (came, cuts) => {
        const [whole, cut] = [make(), make()];
        take(whole, 'p', came);
        let from = 0;
        for (let i = 0; from < came.length; i++) {
          const to = from + (cuts[i % cuts.length] as number);
          take(cut, 'p', came.slice(from, to));
          from = to;
        }
        const [one] = whole.takeChanged();
        const [other] = cut.takeChanged();
        // How many holes there have been is told as they come.
        const comparable = (stored: typeof one): unknown => ({
          ...stored,
          holes: Object.fromEntries(Object.entries(stored?.holes ?? {}).map(([cause, { holes }]) => [cause, holes])),
        });
        expect(comparable(other)).toEqual(comparable(one));
        const taken = came.filter((each) => !each.outside && !each.refused).map(({ at }) => at);
        const newest = taken.map((_, i) => Math.max(...taken.slice(0, i + 1)));
        expect(one).toMatchObject({
          records: taken.length,
          late: taken.filter((at, i) => (newest[i] as number) - at > 1).length,
          maxLateMs: Math.max(0, ...taken.map((at, i) => (newest[i] as number) - at)) * MINUTE,
        });
        const refused = came.filter((each) => !each.outside && each.refused);
        const [partition] = whole.partitions;
        expect(partition?.holes.reduce((sum, { count }) => sum + count, 0)).toBe(refused.length);
        for (const { at } of refused) {
          const ms = START + at * MINUTE;
          expect(partition?.holes.some((hole) => hole.fromMs <= ms && endOf(hole) >= ms)).toBe(true);
        }
      }),
      { numRuns: 300, seed: 1 },
    );
  });

  test('keeps so many places apart, and the rest as one', () => {
    const ledger = make({ mostPlaces: 3 });
    for (let i = 0; i < 20; i++) take(ledger, `file-${i}`, [{ at: i, outside: false, refused: false }]);
    expect(ledger.partitions.map(({ place, kind, records: count }) => [place, kind, count])).toEqual([
      ['file-0', 'file', 1],
      ['file-1', 'file', 1],
      ['file-2', 'file', 1],
      ['*', 'others', 17],
    ]);
  });

  test('counts what history gave before once', () => {
    const ledger = make();
    ledger.take(
      { source: 's', batch: batchOf([1, 2, 3]), position: position('p'), duplicates: 2 },
      { outside: undefined, left: undefined },
    );
    expect(ledger.partitions[0]?.records).toBe(1);
  });

  test('knows a partition that has given nothing, and no topic that is only awaited', () => {
    const ledger = make();
    const at = (partition: number): PlacePosition => ({
      ...position(`t/${partition}`),
      partition: { source: 's', topic: 't', partition, cluster: 'c', within: 0 },
    });
    ledger.take(
      { source: 's', batch: batchOf([]), position: at(0), also: [at(1), at(-1)] },
      { outside: undefined, left: undefined },
    );
    expect(ledger.partitions.map(({ place, kind }) => [place, kind])).toEqual([
      ['t/1', 'partition'],
      ['t/0', 'partition'],
    ]);
    expect(ledger.partitions.every(({ ranges, holes }) => ranges.length + holes.length === 0)).toBe(true);
  });

  test('routes a hole to the partition it names, until a record comes behind it', () => {
    const ledger = make();
    const holes = [{ cause: 'gap', place: 't/1', fromMs: START } as const];
    ledger.take(
      { source: 's', batch: batchOf([]), position: position('t/0'), holes },
      { outside: undefined, left: undefined },
    );
    const gap = (): unknown => ledger.partitions.find(({ place }) => place === 't/1')?.holes;
    expect(gap()).toMatchObject([{ cause: 'gap', isOpen: true, isUncounted: true }]);
    take(ledger, 't/0', [{ at: 5, outside: false, refused: false }]);
    expect(gap()).toMatchObject([{ isOpen: true }]);
    take(ledger, 't/1', [{ at: 7, outside: true, refused: true }]);
    expect(gap()).toMatchObject([{ isOpen: true }]);
    take(ledger, 't/1', [{ at: 9, outside: false, refused: false }]);
    expect(gap()).toMatchObject([{ isOpen: false, toMs: START + 9 * MINUTE }]);
  });
});
