import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { HeldElastic } from '../elastic/held-elastic.ts';
import { RealAlertIndices } from '../elastic/real-alert-indices.ts';
import { RealIndices } from '../elastic/real-indices.ts';
import { RealTopics } from '../kafka/real-topics.ts';
import { FollowProcess } from '../support/follow-process.ts';
import { KillableServers, SERVICES } from '../support/killable-servers.ts';
import { alertsOver, handOverConfig, HUNT, PARTITIONS, produce, simulated, standing } from './hand-over-telemetry.ts';

const RECORDS = 12_000;
/** The last lines that history holds, and the first that topics hold. */
const HISTORY_ENDS = 8000;
const TOPIC_BEGINS = 5000;
/** Lines that are in the topics before the broker is killed. */
const KILLED_AT = 10_000;
/** Seconds from the first record: in history alone, in both, in the topics before and after that. */
const ATTACKS_AT = [5, 20, 30, 38, 46, 54];
/** Pages of each of the two slices of history that are answered before the server is killed: 100 documents, then 1,000 each. */
const PAGES = 3;

// The servers are started and killed as CONTRIBUTING.md says; where that is not possible this is reported as skipped.
describe.skipIf(SERVICES === undefined)('Kafka and Elasticsearch are killed under a run over both', () => {
  let folder = '';
  let lines: string[] = [];
  let expected: string[] = [];
  let servers: KillableServers;
  let held: HeldElastic;
  let run: FollowProcess | undefined;
  const closing: (() => void | Promise<unknown>)[] = [];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'windhover-killed-servers-'));
    closing.push(() => rmSync(folder, { recursive: true, force: true }));
    const starting = KillableServers.open(SERVICES ?? '');
    const file = join(folder, 'sim.ndjson');
    lines = await simulated(file, { records: RECORDS, attacksAt: ATTACKS_AT, agoMs: 1_800_000, seed: 3 });
    expected = await alertsOver(file);
    const before = join(folder, 'before.ndjson');
    writeFileSync(before, lines.slice(0, KILLED_AT).join('\n'));
    expect((await alertsOver(before)).length).toBeLessThan(expected.length);
    servers = await starting;
    closing.push(() => servers.close());
    held = new HeldElastic(servers.elastic, PAGES);
    closing.push(() => held.close());
  }, 300_000);
  afterAll(async () => {
    await run?.kill('SIGKILL');
    for (const close of closing.reverse()) await close();
  }, 60_000);

  test('each alert of an undisturbed run stands in the index once', { timeout: 300_000 }, async () => {
    const { kafka: broker, elastic } = servers;
    const [indices, alerts, topics] = [new RealIndices(elastic), new RealAlertIndices(elastic), new RealTopics(broker)];
    await topics.open();
    closing.push(
      () => topics.close(),
      () => indices.close(),
    );
    const [index, topic, alias] = await Promise.all([
      indices.create('history', 'date_nanos'),
      topics.create('killed', PARTITIONS),
      alerts.alias(),
    ]);
    const history = lines.slice(0, HISTORY_ENDS).map((source) => ({ source }));
    await indices.fill(index, history);
    await produce(topics, topic, lines.slice(TOPIC_BEGINS, KILLED_AT));
    const url = await held.open();
    const config = handOverConfig({ history: url, index, broker, topic, elastic: url, alias });
    writeFileSync(join(folder, 'windhover.yaml'), config);

    run = new FollowProcess(['run', HUNT, '--state', 'state', '--format', 'ndjson'], folder);
    await Promise.race([held.holds, run.ended]);
    await run.said((stdout) => standing(stdout).length > 0);
    await servers.kill('elastic');
    held.release();
    await servers.start('elastic');

    await run.complained((stderr) => stderr.includes('records in both'));
    await servers.kill('kafka');
    await servers.start('kafka');
    await produce(topics, topic, lines.slice(KILLED_AT));
    await run.said((stdout) => expected.join() === standing(stdout).join());
    expect(await run.kill('SIGINT'), run.stderr).toBe(130);

    expect(standing(readFileSync(join(folder, 'state/alerts.ndjson'), 'utf8'))).toEqual(expected);
    const documents = await alerts.documents(alias);
    const there = documents.filter(({ windhover }) => windhover.status !== 'retracted');
    expect(there.map(({ event, windhover }) => `${event.id} ${windhover.status}`).sort()).toEqual(expected);

    // What was away is named, and what came back.
    const told = run.stderr.replaceAll(/[^\n]*: sysflow-ecs\n/gu, '');
    expect(told).toMatch(/test-\w+-history: no answer: .* It is tried again\./u);
    expect(told).toMatch(/test-\w+-history: it can be read again\n/u);
    expect(told).toMatch(/\(elastic-unreachable\); \d+ alerts? waiting\n/u);
    expect(told).toMatch(/takes alerts again\n/u);
    expect(told).toMatch(/history has 8000 records .* [1-9]\d* records in both: no gap\n/u);
    expect(told).toMatch(/test-\w+-killed: no answer from .*; it is tried again\./u);
    expect(told).toMatch(/test-\w+-killed: answers again: read on\n/u);
  });
});
