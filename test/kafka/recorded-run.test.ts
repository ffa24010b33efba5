import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { replayed, runUntil } from '../support/live-run.ts';
import { bundledHunt } from '../support/recordings.ts';
import { runWindhover } from '../support/run-windhover.ts';
import { standingIn } from '../support/standing-alerts.ts';
import { BROKER, RealTopics } from './real-topics.ts';

const PARTITIONS = 3;
const HUNTS = ['node-exploit-shell', 'service-runs-own-drop'].map((hunt) => bundledHunt(`${hunt}.hunt.yaml`));

describe.skipIf(BROKER === undefined)('a live run over a real Kafka and its journal', { timeout: 120_000 }, () => {
  let topics: RealTopics;
  let folder = '';
  let lines: readonly string[] = [];
  let expected: ReadonlyMap<string, string>;

  beforeAll(async () => {
    topics = new RealTopics(BROKER as string);
    await topics.open();
    folder = mkdtempSync(join(tmpdir(), 'windhover-recorded-run-'));
    const file = join(folder, 'all.ndjson');
    const log = join(folder, 'alerts.ndjson');
    const simulate = ['simulate', '--format', 'sysflow-ecs', '--records', '3000', '--hosts', '3', '--seed', '5'];
    await runWindhover([...simulate, '--attacks', 'node-exploit:3', '--out', file]);
    await runWindhover(['run', ...HUNTS, '--source', file, '--alerts', log]);
    lines = readFileSync(file, 'utf8').split('\n').filter(Boolean);
    expected = standingIn(log);
    expect(expected.size).toBeGreaterThan(2);
  });
  afterAll(async () => {
    await topics.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** A topic that holds these lines, one partition after the other, or record by record. */
  async function topicOf(name: string, order: readonly string[], partitionOf: (at: number) => number): Promise<string> {
    const topic = await topics.create(name, PARTITIONS);
    const messages = order.map((value, at) => ({ value, partition: partitionOf(at) }));
    for (let at = 0; at < messages.length; at += 500) await topics.produce(topic, messages.slice(at, at + 500));
    return `kafka://${BROKER}/${topic}`;
  }

  const isWhole = (standing: ReadonlyMap<string, string>): boolean =>
    [...expected.keys()].every((id) => standing.has(id));

  async function run(name: string, source: string): Promise<ReadonlyMap<string, string>> {
    const call = { hunts: HUNTS, source, state: join(folder, name), flags: ['--retention', '3000d'] };
    const standing = await runUntil(call, isWhole);
    const log = readFileSync(join(folder, name, 'alerts.ndjson'), 'utf8');
    expect(await replayed(call), 'replay').toBe(log);
    return standing;
  }

  test('in the order in which it was recorded', async () => {
    const source = await topicOf('in-order', lines, (at) => Math.floor(at / 200) % PARTITIONS);
    expect(await run('in-order', source)).toEqual(expected);
  });

  test('and in any other, over all partitions', async () => {
    const order = fc.shuffledSubarray([...lines], { minLength: lines.length, maxLength: lines.length });
    let count = 0;
    await fc.assert(
      fc.asyncProperty(order, async (shuffled) => {
        const name = `shuffled-${count++}`;
        const source = await topicOf(name, shuffled, (at) => at % PARTITIONS);
        const standing = await run(name, source);
        expect([...standing.keys()].toSorted()).toEqual([...expected.keys()].toSorted());
      }),
      { numRuns: 2, endOnFailure: true },
    );
  });
});
