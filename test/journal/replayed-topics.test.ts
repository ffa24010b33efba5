import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { OpenHistory } from '../../src/cli/sources/elastic-histories.ts';
import type { OpenLog } from '../../src/cli/sources/kafka-logs.ts';
import type { ResolvedSource } from '../../src/cli/sources/source-resolver.ts';
import type { CompiledHunt } from '../../src/hunts/compile-hunt.ts';
import { KafkaLog } from '../../src/sources/kafka/kafka-log.ts';
import { MemoryKafka } from '../../src/sources/kafka/testing/memory-kafka.ts';
import type { DocumentHistory, HistoryDocument } from '../../src/telemetry/document-history.ts';
import { ManualTimer } from '../support/manual-timer.ts';
import { huntsIn, LiveScope } from './live-scope.ts';

const LONG = process.env['WINDHOVER_LONG'] === '1';
const CASES = LONG ? { numRuns: 2000 } : { numRuns: 40, seed: 20_261_126 };
const PARTITIONS = 3;
const START = Date.UTC(2026, 0, 1);

let root = '';
let hunts: readonly CompiledHunt[] = [];
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'windhover-journal-topics-'));
  hunts = await huntsIn(root);
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

type Step =
  | { readonly kind: 'produce'; readonly pid: number; readonly name: string; readonly ago: number; readonly to: number }
  | { readonly kind: 'stop' | 'kill' | 'start' | 'rebalance' | 'hole' }
  | { readonly kind: 'pass'; readonly ms: number }
  | { readonly kind: 'go'; readonly turns: number };

const pid = fc.integer({ min: 1, max: 6 });
const name = fc.constantFrom('sh', 'ls');
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('produce' as const),
      pid,
      name,
      ago: fc.constantFrom(0, 0, 1, 400, 3000, -2000),
      to: fc.nat(PARTITIONS - 1),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('stop', 'kill', 'start', 'rebalance', 'hole' as const) }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('pass' as const), ms: fc.constantFrom(20, 100, 700, 6000) }) },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('go' as const), turns: fc.constantFrom(1, 5, 30) }) },
);
const past = fc.array(fc.record({ pid, name, age: fc.integer({ min: 1, max: 3_000_000 }) }), { maxLength: 30 });

function document(pid: number, name: string, at: number): object {
  const process = { pid, name, executable: `/bin/${name}`, thread: { id: 1 }, start: '2026-01-01T00:00:00Z' };
  const event = { sf_type: 'PE', action: 'process-start' };
  return { '@timestamp': new Date(at).toISOString(), event, host: { id: 'h' }, process };
}

class MemoryHistory implements DocumentHistory {
  readonly place = 'history';
  readonly #documents: readonly HistoryDocument[];

  constructor(documents: readonly HistoryDocument[]) {
    this.#documents = documents;
  }

  async *pages(
    cursor: Parameters<DocumentHistory['pages']>[0],
  ): AsyncGenerator<readonly HistoryDocument[], void, undefined> {
    const rest = this.#documents.filter(
      ({ time, index, id }) =>
        cursor === undefined ||
        time > cursor.time ||
        (time === cursor.time && !cursor.given.includes(`${index}/${id}`)),
    );
    for (let i = 0; i < rest.length; i += 4) yield rest.slice(i, i + 4);
  }

  async close(): Promise<void> {}
}

interface World {
  readonly kafka: MemoryKafka;
  readonly timer: ManualTimer;
  readonly scope: LiveScope;
}

function begin(past?: readonly { readonly pid: number; readonly name: string; readonly age: number }[]): World {
  const kafka = new MemoryKafka();
  const timer = new ManualTimer();
  kafka.topic('t', PARTITIONS);
  const openLog: OpenLog = async (_source, group, of) => ({
    log: new KafkaLog({
      place: 'kafka://memory',
      topics: ['t'],
      group,
      start: 'earliest',
      client: kafka.client(),
      timer: of,
      sessionMs: undefined,
    }),
    schema: undefined,
  });
  const documents = (past ?? [])
    .map(({ pid, name, age }, i): HistoryDocument => ({
      index: 'i',
      id: String(i),
      source: document(pid, name, START - age) as HistoryDocument['source'],
      time: new Date(START - age).toISOString(),
    }))
    .sort((a, b) => (a.time < b.time ? -1 : 1));
  const openHistory: OpenHistory = async () => ({ history: new MemoryHistory(documents), range: {} });
  const topics: ResolvedSource = { id: 'topics', uri: 'kafka://memory/t', endless: true };
  const from: ResolvedSource = { id: 'history', uri: 'elastic+http://memory/i', history: true };
  const stdin = (async function* (): AsyncGenerator<Uint8Array> {})();
  const scope = new LiveScope({
    hunts,
    timer,
    sources: [past === undefined ? topics : { ...topics, backfill: { from, lengthMs: 3_600_000 } }],
    session: { cwd: root, stdin, retentionMs: undefined, openLog, openHistory },
  });
  return { kafka, timer, scope };
}

async function play({ kafka, timer, scope }: World, steps: readonly Step[]): Promise<void> {
  const pass = async (ms: number): Promise<void> => {
    for (let left = ms; left > 0; left -= 100) {
      timer.pass(Math.min(left, 100));
      await scope.go(3);
    }
  };
  await scope.start();
  await scope.go(10);
  for (const each of steps) {
    if (each.kind === 'produce') {
      kafka.produce('t', each.to, JSON.stringify(document(each.pid, each.name, timer.now() - each.ago)));
    } else if (each.kind === 'hole') kafka.produce('t', 0, undefined);
    else if (each.kind === 'rebalance') kafka.rebalance();
    else if (each.kind === 'pass') await pass(each.ms);
    else if (each.kind === 'go') await scope.go(each.turns);
    else if (each.kind === 'stop') await scope.stop();
    else if (each.kind === 'kill') await scope.kill();
    else await scope.start();
  }
  await scope.start();
  for (let i = 0; i < 10; i++) await pass(500);
  await scope.stop();
}

test('the journal of topics gives the alerts of the run, byte by byte', { timeout: 600_000 }, async () => {
  let alerts = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 60, size: 'max' }), async (steps) => {
      const world = begin();
      await play(world, steps);
      expect(await world.scope.replay()).toEqual(world.scope.lines);
      alerts += world.scope.lines.length;
    }),
    CASES,
  );
  expect(alerts).toBeGreaterThan(100);
});

test('and so does that of history and the topics behind it', { timeout: 600_000 }, async () => {
  let alerts = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 50, size: 'max' }), past, async (steps, documents) => {
      const world = begin(documents);
      await play(world, steps);
      expect(await world.scope.replay()).toEqual(world.scope.lines);
      alerts += world.scope.lines.length;
    }),
    CASES,
  );
  expect(alerts).toBeGreaterThan(100);
});

test('what a partition has dropped is told with its range', async () => {
  const world = begin();
  const produce = (to: number): Step => ({ kind: 'produce', pid: 1, name: 'sh', ago: 0, to });
  await play(world, [produce(1), produce(1), { kind: 'pass', ms: 200 }]);
  world.kafka.expire('t', 1, 1);
  await expect(world.scope.replay()).rejects.toMatchObject({
    code: 'range-gone',
    message: 't/1, offset 0 to 2 cannot be read again: the partition begins at offset 1 by now',
  });
});
