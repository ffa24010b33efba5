import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ELASTIC, RealAlertIndices } from '../elastic/real-alert-indices.ts';
import { RealIndices } from '../elastic/real-indices.ts';
import { BROKER, RealTopics } from '../kafka/real-topics.ts';
import { FollowProcess } from '../support/follow-process.ts';
import { runWindhover } from '../support/run-windhover.ts';
import { alertsOver, handOverConfig, HUNT, PARTITIONS, produce, simulated, standing } from './hand-over-telemetry.ts';

const RECORDS = 20_000;
/** Seconds from the first record: in history alone, in both, in topics alone, in what comes last. */
const ATTACKS_AT = [10, 35, 50, 62, 72, 82, 92];
/** The last lines that history holds, and the first that topics hold. */
const HISTORY_ENDS = 14_000;
const TOPIC_BEGINS = 8_000;

const isHere = ELASTIC !== undefined && BROKER !== undefined;

// Elasticsearch and Kafka are started as CONTRIBUTING.md says; where they are not there this is reported as skipped.
describe.skipIf(!isHere)(
  'history in Elasticsearch, the rest on Kafka, alerts in an index',
  { timeout: 120_000 },
  () => {
    let indices: RealIndices;
    const alerts = new RealAlertIndices(ELASTIC ?? '');
    const topics = new RealTopics(BROKER ?? '');
    let folder = '';
    let lines: string[] = [];
    let expected: string[] = [];
    let index = '';

    beforeAll(async () => {
      indices = new RealIndices(ELASTIC ?? '');
      await topics.open();
      folder = mkdtempSync(join(tmpdir(), 'windhover-hand-over-'));
      const file = join(folder, 'sim.ndjson');
      lines = await simulated(file, { records: RECORDS, attacksAt: ATTACKS_AT, agoMs: 1_800_000, seed: 3 });
      expected = await alertsOver(file);
      expect(expected.length).toBeGreaterThan(3);
      index = await indices.create('history', 'date_nanos');
      await indices.fill(
        index,
        lines.slice(0, HISTORY_ENDS).map((source) => ({ source })),
      );
      await indices.client.indices.refresh({ index });
    });
    afterAll(async () => {
      await topics.close();
      await alerts.clean();
      await indices.close();
      rmSync(folder, { recursive: true, force: true });
    });

    /** A folder with a configuration for the topic, and the call over it. */
    async function setUp(
      topic: string,
    ): Promise<{ readonly cwd: string; readonly alias: string; readonly call: string[] }> {
      const cwd = join(folder, topic);
      mkdirSync(cwd);
      const alias = await alerts.alias();
      const elastic = ELASTIC ?? '';
      const config = handOverConfig({ history: elastic, index, broker: BROKER ?? '', topic, elastic, alias });
      writeFileSync(join(cwd, 'windhover.yaml'), config);
      return { cwd, alias, call: ['run', HUNT, '--state', 'state', '--format', 'ndjson'] };
    }

    const inIndex = async (alias: string): Promise<string[]> =>
      (await alerts.documents(alias))
        .filter(({ windhover }) => windhover.status !== 'retracted')
        .map(({ event, windhover }) => `${event.id} ${windhover.status}`)
        .sort();

    const alertsIn = (stdout: string): number =>
      new Set([...stdout.matchAll(/"kind":"alert".*?"event":\{[^}]*?"id":"([^"]+)"/g)].map(([, id]) => id)).size;

    test('each alert stands in the index once, with history marked, and no gap', async () => {
      const topic = await topics.create('joined', PARTITIONS);
      await produce(topics, topic, lines.slice(TOPIC_BEGINS));
      const { cwd, alias, call } = await setUp(topic);
      const run = new FollowProcess(call, cwd);
      await run.said((stdout) => alertsIn(stdout) >= expected.length);
      await run.complained((stderr) => stderr.includes('records in both'));
      expect(await run.kill('SIGINT'), run.stderr).toBe(130);
      expect(run.stderr).toMatch(/history has 14000 records .* [1-9]\d* records in both: no gap/);
      expect(await inIndex(alias)).toEqual(expected);
      const documents = await alerts.documents(alias);
      expect(documents.some(({ windhover }) => windhover.backfilled === true)).toBe(true);
    });

    test('killed while it reads history, at the seam and behind it: the same alerts', async () => {
      const topic = await topics.create('killed', PARTITIONS);
      await produce(topics, topic, lines.slice(TOPIC_BEGINS, 17_000));
      const { cwd, alias, call } = await setUp(topic);
      mkdirSync(join(cwd, 'state'));
      for (const changes of [4, 9, 16, 25]) {
        const state = FollowProcess.changes(join(cwd, 'state'), changes);
        const run = new FollowProcess(call, cwd);
        await Promise.race([state.done, run.said((stdout) => alertsIn(stdout) >= expected.length)]);
        state.stop();
        expect(await run.kill('SIGKILL')).toBe('SIGKILL');
      }
      await produce(topics, topic, lines.slice(17_000));
      const last = new FollowProcess(call, cwd);
      const log = join(cwd, 'state/alerts.ndjson');
      await last.said(() => standing(readFileSync(log, 'utf8')).length >= expected.length);
      expect(await last.kill('SIGINT'), last.stderr).toBe(130);
      expect(standing(readFileSync(log, 'utf8'))).toEqual(expected);
      expect(await inIndex(alias)).toEqual(expected);
    });

    test('topics that begin after the end of history: the gap is not denied', async () => {
      const topic = await topics.create('late', PARTITIONS);
      await produce(topics, topic, lines.slice(0, 4));
      await produce(topics, topic, lines.slice(HISTORY_ENDS + 2000));
      await topics.forget(topic, PARTITIONS);
      const { cwd, call } = await setUp(topic);
      await produce(topics, topic, lines.slice(HISTORY_ENDS + 2000));
      const run = new FollowProcess(call, cwd);
      await run.complained((stderr) => stderr.includes('records in both'));
      // What is told of records is told before they are committed; an alert of later ones comes behind that commit.
      const file = join(cwd, 'later.ndjson');
      const later = await simulated(file, { records: 600, attacksAt: [1], agoMs: 60_000, seed: 8 });
      const [id = 'none'] = await alertsOver(file);
      await produce(topics, topic, later);
      await run.said((stdout) => stdout.includes(id.split(' ', 1)[0] ?? id));
      expect(await run.kill('SIGINT'), run.stderr).toBe(130);
      expect(run.stderr).toMatch(/0 records in both: \d partitions have no record that history has/);
      const { stdout } = await runWindhover(['coverage', '--state', 'state', '--format', 'json'], { cwd });
      const { scopes } = JSON.parse(stdout) as {
        scopes: { coverage: { kind: string; records: number; holes: { cause: string }[] }[] }[];
      };
      const coverage = scopes[0]?.coverage ?? [];
      const causes = (wanted: string): string[][] =>
        coverage.filter(({ kind }) => kind === wanted).map(({ holes }) => holes.map(({ cause }) => cause));
      expect(causes('history')).toEqual([[]]);
      const gaps = causes('partition');
      expect(gaps).toHaveLength(PARTITIONS);
      expect(gaps.flat().length).toBeGreaterThan(0);
      expect(new Set(gaps.flat())).toEqual(new Set(['gap']));
    });
  },
);
