import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SourceError } from '../../src/errors/windhover-error.ts';
import { endOf, type CoverageHole } from '../../src/hunts/coverage/coverage-hole.ts';
import { CoverageLedger } from '../../src/hunts/coverage/coverage-ledger.ts';
import type { StoredCoverage } from '../../src/hunts/coverage/partition-coverage.ts';
import { MessageReader } from '../../src/hunts/input/message-reader.ts';
import { MemoryKafka } from '../../src/sources/kafka/testing/memory-kafka.ts';
import { decodeState, encodeState } from '../../src/store/state-codec.ts';
import type { MessageLog } from '../../src/telemetry/message-log.ts';
import { decodeOptions, demandOf } from '../../src/telemetry/testing/lines.ts';
import { GROUP, processDocument, ReadSource, settle } from '../kafka/read-source.ts';
import { ManualTimer } from '../support/manual-timer.ts';

const PARTITIONS = 2;
const START = Date.UTC(2026, 0, 1);
const away = new SourceError('kafka-unreachable', 'no answer', { hint: 'Wait.', retriable: true });

/** What a state keeps beside the positions, one commit per batch. */
class StoredLedger {
  readonly #stored = new Map<string, Uint8Array>();
  readonly #now: () => number;
  ledger: CoverageLedger;

  constructor(now: () => number) {
    this.#now = now;
    this.ledger = this.#make();
  }

  commit(): void {
    for (const each of this.ledger.takeChanged()) this.#stored.set(`${each.source} ${each.place}`, encodeState(each));
  }

  restart(): void {
    this.ledger = this.#make();
    this.ledger.restore([...this.#stored.values()].map((bytes) => decodeState(bytes) as StoredCoverage));
  }

  holes(place: string, cause: string): CoverageHole[] {
    const partition = this.ledger.partitions.find((each) => each.place === place);
    return partition?.holes.filter((hole) => hole.cause === cause) ?? [];
  }

  records(place: string): number {
    return this.ledger.partitions.find((each) => each.place === place)?.records ?? 0;
  }

  #make(): CoverageLedger {
    return new CoverageLedger({ latenessMs: 60_000, wallClock: this.#now, windowMs: new Map() });
  }
}

/** A source of topic `t` whose ledger is committed with its positions. */
class World {
  readonly kafka = new MemoryKafka();
  readonly timer = new ManualTimer();
  readonly stored = new StoredLedger(() => this.timer.now());
  /** Per partition what was produced, in the order of the offsets. */
  readonly produced: { readonly ms: number; readonly isJunk: boolean }[][] = [];
  readonly seen = new Set<string>();
  undecodable = 0;
  read: ReadSource;

  constructor(batchSize = 512) {
    this.kafka.topic('t', PARTITIONS);
    for (let i = 0; i < PARTITIONS; i++) this.produced.push([]);
    this.read = new ReadSource({
      topics: ['t'],
      client: this.kafka.client(),
      timer: this.timer,
      batchSize,
      onRead: (read) => {
        this.stored.ledger.take({ source: 'source', ...read }, { outside: undefined, left: undefined });
        this.stored.commit();
      },
      onNotice: (notice) => this.stored.ledger.notice('source', notice),
    });
  }

  produce(partition: number, count: number, isJunk = false): void {
    const all = this.produced[partition] ?? [];
    for (let i = 0; i < count; i++) {
      const ms = START + all.length * 30_000;
      all.push({ ms, isJunk });
      this.kafka.produce('t', partition, isJunk ? 'no telemetry' : processDocument(i + 1, new Date(ms).toISOString()));
    }
  }

  /** Retention passes over this part of what was produced. */
  expire(partition: number, part: number): void {
    this.kafka.expire(
      't',
      partition,
      Math.max(this.#first(partition), Math.floor((this.produced[partition] ?? []).length * part)),
    );
    this.#expired.set(
      partition,
      Math.max(this.#first(partition), Math.floor((this.produced[partition] ?? []).length * part)),
    );
  }

  readonly #expired = new Map<number, number>();

  #first(partition: number): number {
    return this.#expired.get(partition) ?? 0;
  }

  async pass(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= 1000) {
      this.timer.pass(Math.min(1000, left));
      await settle(3);
    }
  }

  async take(batches = Infinity): Promise<void> {
    await this.read.take(batches, () => settle(6));
  }

  restart(): void {
    this.#collect();
    this.kafka.forget(GROUP);
    this.read = this.read.again();
    this.stored.restart();
  }

  async end(): Promise<void> {
    this.kafka.fail(undefined);
    for (let i = 0; i < PARTITIONS; i++) this.produce(i, 1);
    await this.take();
    await this.pass(90_000);
    this.kafka.rebalance();
    await this.take();
    this.#collect();
    await this.read.reader.close();
  }

  #collect(): void {
    for (const each of this.read.seen) this.seen.add(each);
    this.undecodable += this.read.undecodable;
  }
}

type Step =
  | { readonly kind: 'produce'; readonly partition: number; readonly count: number; readonly isJunk: boolean }
  | { readonly kind: 'expire'; readonly partition: number; readonly part: number }
  | { readonly kind: 'take'; readonly batches: number }
  | { readonly kind: 'pass'; readonly ms: number }
  | { readonly kind: 'away' | 'back' | 'restart' };

const partition = fc.nat(PARTITIONS - 1);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('produce' as const),
      partition,
      count: fc.nat(7),
      isJunk: fc.nat(3).map((n) => n === 0),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('expire' as const), partition, part: fc.constantFrom(0.3, 0.6, 0.9, 1) }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('take' as const), batches: fc.integer({ min: 1, max: 4 }) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('pass' as const), ms: fc.constantFrom(500, 20_000, 90_000) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom('away', 'back', 'restart' as const) }) },
);

test('every message of a topic was seen, or lies in a hole, whatever expires and dies in between', async () => {
  let expired = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { maxLength: 30, size: 'max' }),
      fc.integer({ min: 1, max: 5 }),
      async (steps, batchSize) => {
        const world = new World(batchSize);
        // What was gone before the first start is no hole.
        await world.take();
        for (const each of steps) {
          if (each.kind === 'produce') world.produce(each.partition, each.count, each.isJunk);
          else if (each.kind === 'expire') world.expire(each.partition, each.part);
          else if (each.kind === 'take') await world.take(each.batches);
          else if (each.kind === 'pass') await world.pass(each.ms);
          else if (each.kind === 'away') world.kafka.fail(away);
          else if (each.kind === 'back') world.kafka.fail(undefined);
          else world.restart();
          if (world.read.failure !== undefined) world.restart();
        }
        await world.end();
        let undecodable = 0;
        for (const [i, all] of world.produced.entries()) {
          const place = `t/${i}`;
          const holes = world.stored.holes(place, 'expired');
          const lost = all.flatMap((message, offset) =>
            world.seen.has(`${place}:${offset}`) ? [] : [{ ...message, offset }],
          );
          const gone = lost.filter(({ offset }) =>
            holes.some(({ offsets: [from, to] = [1, 0] }) => from <= offset && offset <= to),
          );
          // What is in no hole of these came, and was junk.
          const junk = lost.filter((each) => !gone.includes(each));
          expect(junk.filter(({ isJunk }) => !isJunk)).toEqual([]);
          for (const { ms } of gone) expect(holes.some((hole) => hole.fromMs <= ms && ms <= endOf(hole))).toBe(true);
          // Holes that were near each other are one, and then reach over what was seen between them.
          const counted = holes.reduce((sum, { count }) => sum + count, 0);
          expired += counted;
          expect(counted).toBeLessThanOrEqual(gone.length);
          expect(counted + world.stored.holes(place, 'undecodable').reduce((sum, { count }) => sum + count, 0)).toBe(
            lost.length,
          );
          expect(world.stored.records(place)).toBe(all.length - lost.length);
          undecodable += world.stored.holes(place, 'undecodable').reduce((sum, { count }) => sum + count, 0);
        }
        expect(undecodable).toBe(world.undecodable);
      },
    ),
    { numRuns: process.env['WINDHOVER_LONG'] === undefined ? 60 : 2000, seed: 3 },
  );
  expect(expired).toBeGreaterThan(100);
}, 60_000);

describe('a topic that cannot be read', () => {
  test('is away until the brokers answer again, also over a restart', async () => {
    const world = new World();
    world.produce(0, 3);
    await world.take();
    const since = world.timer.now();
    world.kafka.fail(away);
    await world.pass(5000);
    expect(world.stored.holes('', 'source-away')).toMatchObject([{ fromMs: since, isOpen: true }]);
    // Nothing is read meanwhile: the commit comes from the change of the ledger alone.
    expect(world.stored.ledger.isChanged).toBe(true);
    world.stored.commit();
    world.restart();
    expect(world.stored.holes('', 'source-away')).toMatchObject([{ fromMs: since, isOpen: true }]);
    await world.pass(5000);
    world.kafka.fail(undefined);
    world.produce(0, 1);
    await world.pass(40_000);
    await world.take();
    const [hole, ...others] = world.stored.holes('', 'source-away');
    expect(others).toEqual([]);
    expect(hole).toMatchObject({ fromMs: since, isOpen: false });
    expect(hole?.toMs).toBeGreaterThanOrEqual(since + 10_000);
    expect(world.stored.records('t/0')).toBe(4);
  });

  test('does not come back by what had been fetched before', async () => {
    const world = new World(1);
    world.produce(0, 9);
    await world.take(2);
    world.kafka.fail(away);
    await world.pass(2000);
    await world.take(1);
    expect(world.stored.holes('', 'source-away')).toMatchObject([{ isOpen: true }]);
  });
});

test('messages that expired before they were read are a hole from the last record to the next', async () => {
  const world = new World();
  world.produce(0, 4);
  await world.take();
  world.produce(0, 6);
  world.expire(0, 0.7);
  world.restart();
  await world.take();
  expect(world.stored.holes('t/0', 'expired')).toEqual([
    {
      cause: 'expired',
      fromMs: START + 3 * 30_000,
      toMs: START + 7 * 30_000,
      isOpen: false,
      count: 3,
      isUncounted: false,
      offsets: [4, 6],
      parts: 1,
    },
  ]);
  // Nothing of it is told again.
  world.restart();
  await world.take();
  expect(world.stored.ledger.totals()).toEqual([{ source: 'source', cause: 'expired', holes: 1, missing: 3 }]);
});

test.each([
  [4, []],
  [7, [{ cause: 'expired', place: 't/0', count: 2, offsets: [5, 6] }]],
])('what is read again for the sake of later messages is not missed: the log begins at %d', async (offset, holes) => {
  const log: MessageLog = {
    open: async () => [{ topic: 't', partition: 0, offset, cluster: 'c', lostFrom: 3 }],
    next: async () => undefined,
    committed: () => {},
    close: async () => {},
  };
  const partition = { source: 'source', topic: 't', partition: 0, cluster: 'c', within: 0, replayFrom: 3 };
  const known = [{ place: 't/0', position: { offset: 5, records: 5 }, head: '', headLength: 0, partition }];
  const decode = decodeOptions({ demand: demandOf(['process']), batchSize: 1 });
  const reader = new MessageReader({ name: 'source', log, decode, known, onPlace: () => {}, onNotice: () => {} });
  expect((await reader.next())?.holes).toEqual(holes);
});

test('of a topic that was made anew nobody knows what it held before', async () => {
  const world = new World();
  world.produce(0, 4);
  await world.take();
  const remake = (): void => {
    world.kafka.deleteTopic('t');
    world.kafka.topic('t', PARTITIONS);
    world.kafka.produce('t', 0, processDocument(1, new Date(START + 600_000).toISOString()));
  };
  remake();
  await world.pass(20_000);
  await world.take();
  const hole = { isUncounted: true, count: 0, fromMs: START + 90_000, toMs: START + 600_000 };
  expect(world.stored.holes('t/0', 'expired')).toMatchObject([hole]);
  expect(world.stored.holes('t/1', 'expired')).toEqual([]);
  // The same where the process was not there meanwhile.
  world.kafka.produce('t', 0, processDocument(1, new Date(START + 4_000_000).toISOString()));
  await world.take();
  world.restart();
  remake();
  await world.take();
  expect(world.stored.ledger.totals()).toEqual([{ source: 'source', cause: 'expired', holes: 2, missing: 0 }]);
});
