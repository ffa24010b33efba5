import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BackfillReader } from '../../src/hunts/backfill/backfill-reader.ts';
import { Seam } from '../../src/hunts/backfill/seam.ts';
import { SeamedReader } from '../../src/hunts/backfill/seamed-reader.ts';
import type { SourceHole } from '../../src/hunts/coverage/coverage-hole.ts';
import type { SourceNotice } from '../../src/hunts/input/source-notice.ts';
import {
  positionKey,
  type BatchSupply,
  type PlacePosition,
  type ReadBatch,
} from '../../src/hunts/input/source-reader.ts';
import type { RecordBatch } from '../../src/telemetry/record-batch.ts';

const LONG = process.env['WINDHOVER_LONG'] === '1';
const NOW = Date.UTC(2026, 5, 1);
const OVERLAP = 60_000;
const LENGTH = 3_600_000;

interface Sent {
  readonly id: string;
  readonly partition: number;
  /** Event time and time of the message, ms. */
  readonly at: number;
}

function batchOf(records: readonly Sent[]): RecordBatch {
  const lastMs = Float64Array.from(records, ({ at }) => at);
  return { size: records.length, lastMs, recordId: (row: number) => records[row]?.id } as unknown as RecordBatch;
}

function position(place: string, offset: number): PlacePosition {
  return { place, position: { offset, records: offset }, head: '', headLength: 0 };
}

/** Records in batches of a few, in order; `place` is asked for each batch. */
class Batches implements BatchSupply {
  readonly name = 'source';
  readonly #records: readonly Sent[];
  readonly #size: number;
  readonly #place: (record: Sent) => string;
  #at: number;

  constructor(records: readonly Sent[], at: number, size: number, place: (record: Sent) => string) {
    this.#records = records;
    this.#at = at;
    this.#size = size;
    this.#place = place;
  }

  async next(): Promise<ReadBatch | undefined> {
    const first = this.#records[this.#at];
    if (first === undefined) return undefined;
    const place = this.#place(first);
    const taken: Sent[] = [];
    for (let at = this.#at; taken.length < this.#size; at++) {
      const record = this.#records[at];
      if (record === undefined || this.#place(record) !== place) break;
      taken.push(record);
    }
    this.#at += taken.length;
    return { batch: batchOf(taken), position: position(place, this.#at) };
  }

  async close(): Promise<void> {
    this.#at = Infinity;
  }
}

interface World {
  readonly sent: readonly Sent[];
  /** Per partition: how far history is behind by the time it is read, ms. */
  readonly lagMs: readonly number[];
  /** What the log has forgotten, ms before now. */
  readonly keptMs: number;
  readonly size: number;
  /** Steps after which the process dies, with what it committed. */
  readonly deaths: readonly number[];
}

const world: fc.Arbitrary<World> = fc.record({
  sent: fc
    .array(fc.record({ partition: fc.nat(2), age: fc.integer({ min: -OVERLAP * 2, max: OVERLAP * 12 }) }), {
      minLength: 1,
      maxLength: 120,
      size: 'max',
    })
    .map((all) =>
      all
        .map(({ partition, age }, i) => ({ id: i.toString(16).padStart(16, '0'), partition, at: NOW - age }))
        .sort((a, b) => a.at - b.at),
    ),
  lagMs: fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 0, max: OVERLAP * 6 })), { minLength: 3, maxLength: 3 }),
  keptMs: fc.oneof(fc.constant(Infinity), fc.integer({ min: 0, max: OVERLAP * 4 })),
  size: fc.integer({ min: 1, max: 9 }),
  deaths: fc.array(fc.integer({ min: 1, max: 12 }), { maxLength: 3 }),
});

interface Outcome {
  readonly seen: ReadonlySet<string>;
  /** Told with batches that were taken. */
  readonly holes: readonly SourceHole[];
  readonly notices: readonly SourceNotice[];
}

async function run({ sent, lagMs, keptMs, size, deaths }: World): Promise<Outcome> {
  const inHistory = sent.filter(({ at, partition }) => at <= NOW - (lagMs[partition] as number) && at >= NOW - LENGTH);
  const partitions = [0, 1, 2].map((number) =>
    sent.filter((each) => each.partition === number && each.at >= NOW - keptMs),
  );
  const seen = new Set<string>();
  const notices: SourceNotice[] = [];
  const holes: SourceHole[] = [];
  const state = new Map<string, PlacePosition>();
  for (const steps of [...deaths, Infinity]) {
    const known = [...state.values()];
    const seam = new Seam({ source: 'source', lengthMs: LENGTH, overlapMs: OVERLAP, nowMs: NOW }, known);
    const history = new BackfillReader('source', seam, {
      open: async () => new Batches(inHistory, state.get('history')?.position.offset ?? 0, size, () => 'history'),
      blank: () => batchOf([]),
    });
    const live = new SeamedReader({
      name: 'source',
      seam,
      open: async (fromMs, anew) => {
        const rest = partitions.flatMap((all, number) => {
          const stored = anew ? undefined : state.get(`p${number}`)?.position.offset;
          if (stored !== undefined) return all.slice(stored);
          const first = all.findIndex(({ at }) => at >= fromMs);
          return all.slice(Math.max(0, (first < 0 ? all.length : first) - 1));
        });
        const from = new Map(partitions.map((all, number) => [`p${number}`, all]));
        let isOpened = false;
        const reader = new Batches(rest, 0, size, (record) => `p${record.partition}`);
        return {
          name: 'source',
          close: () => reader.close(),
          next: async () => {
            if (!isOpened) {
              isOpened = true;
              const [first, ...also] = partitions.map((all, number): PlacePosition => {
                const place = `p${number}`;
                const next = rest.find((each) => each.partition === number);
                const forgotten = sent.filter((each) => each.partition === number).length - all.length;
                const offset = forgotten + (next === undefined ? all.length : all.indexOf(next));
                const partition = { source: 'source', topic: 't', partition: number, cluster: 'c', within: 0 };
                return { ...position(place, offset), partition: { ...partition, end: forgotten + all.length } };
              });
              return { batch: batchOf([]), position: first as PlacePosition, also };
            }
            const read = await reader.next();
            if (read === undefined) return undefined;
            const { place } = read.position;
            const last = read.batch.recordId(read.batch.size - 1);
            return {
              ...read,
              position: position(place, (from.get(place) ?? []).findIndex(({ id }) => id === last) + 1),
            };
          },
        };
      },
      onNotice: (notice) => notices.push(notice),
    });
    let left = steps;
    let isDead = false;
    for (const supply of [history, live]) {
      for (;;) {
        const read = await supply.next();
        if (read === undefined) break;
        if (left-- <= 0) {
          isDead = true;
          break;
        }
        holes.push(...(read.holes ?? []));
        for (let row = 0; row < read.batch.size; row++) seen.add(read.batch.recordId(row));
        for (const each of [read.position, ...(read.also ?? [])]) {
          if (each.seamIds?.forgotten === true) state.delete(positionKey(each));
          else state.set(positionKey(each), each);
        }
      }
      if (isDead) break;
    }
  }
  return { seen, holes, notices };
}

test('what the log keeps long enough is seen, however far history lags and whenever the process dies', async () => {
  await fc.assert(
    fc.asyncProperty(world, async (each) => {
      const { seen } = await run({ ...each, keptMs: Infinity });
      const missing = each.sent.filter(({ id, at }) => at >= NOW - LENGTH && !seen.has(id));
      expect(missing).toEqual([]);
    }),
    { numRuns: LONG ? 20_000 : 500, seed: 1 },
  );
});

test('where history and the log leave something out between them, no run claims that there is no gap, and a hole covers it', async () => {
  let gaps = 0;
  let told = 0;
  await fc.assert(
    fc.asyncProperty(world, async (each) => {
      const { seen, holes, notices } = await run(each);
      const missing = each.sent.filter(({ id, at }) => at >= NOW - LENGTH && !seen.has(id));
      if (missing.length === 0) return;
      gaps++;
      const uncovered = missing.filter(
        ({ at, partition }) =>
          !holes.some(
            ({ cause, place, fromMs = -Infinity, toMs = Infinity }) =>
              cause === 'gap' && place === `p${partition}` && fromMs <= at && at <= toMs,
          ),
      );
      // Until the overlap is passed nothing is said of the joining.
      if (notices.some(({ code }) => code === 'seam')) {
        told++;
        expect(uncovered).toEqual([]);
      }
      const claims = notices.filter(({ code, message }) => code === 'seam' && message.endsWith(': no gap'));
      expect(claims).toEqual([]);
    }),
    { numRuns: LONG ? 20_000 : 1000, seed: 1 },
  );
  expect(gaps).toBeGreaterThan(20);
  expect(told).toBeGreaterThan(20);
});

test('an overlap without a gap is told with what is in both', async () => {
  const sent = Array.from({ length: 40 }, (_, i) => ({
    id: i.toString(16).padStart(16, '0'),
    partition: i % 2,
    at: NOW - OVERLAP + i * 2000,
  }));
  const { notices } = await run({ sent, lagMs: [0, 0, 0], keptMs: Infinity, size: 4, deaths: [] });
  expect(notices.map(({ code, message }) => [code, message])).toEqual([
    [
      'seam',
      'history has 31 records up to 2026-06-01T00:00:00.000Z; live from 2026-05-31T23:59:00.000Z on, 31 records in both: no gap',
    ],
  ]);
});

test('how the two were joined is told once, whatever is started again behind it', async () => {
  const sent = Array.from({ length: 120 }, (_, i) => ({
    id: i.toString(16).padStart(16, '0'),
    partition: i % 2,
    at: NOW - OVERLAP + i * 2000,
  }));
  const { notices, seen } = await run({ sent, lagMs: [0, 0, 0], keptMs: Infinity, size: 4, deaths: [30, 3] });
  expect(seen.size).toBe(120);
  expect(notices.map(({ code }) => code)).toEqual(['seam']);
});
