import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, watch, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AlertDocument } from '../../src/hunts/alerts/alert-document.ts';
import type { CoverageDocument } from '../../src/hunts/coverage/coverage-document.ts';
import { ELASTIC, RealAlertIndices } from '../elastic/real-alert-indices.ts';
import { BROKER, RealTopics } from '../kafka/real-topics.ts';
import { FollowProcess } from '../support/follow-process.ts';
import { programVersion } from '../support/program-version.ts';
import { runWindhover } from '../support/run-windhover.ts';
import { SHELLS } from './crash-hunts.ts';
import { lastLine, START, telemetryLines } from './telemetry.ts';

/** So few that the time between the first and the last is within what a partition may lie behind another. */
const RECORDS = 120;
/** Behind all records, ms. */
const END = START + RECORDS * 450;
const PARTITIONS = 3;
/** Of the topic: so many, less one, are read by processes that are killed. */
const PARTS = 5;

const HUNT = SHELLS.replace(
  'DISP few',
  "ends = GET process FROM stixshifter://a WHERE name LIKE 'end-%'\n  DISP ends ATTR name\n  DISP few",
);

/** What is seen of a run from outside, by name: where it is killed. */
const POINTS: Readonly<Record<string, (state: string) => Promise<void>>> = {
  'the state is opened': (state) => changed(state, 2),
  'something is committed': (state) => changed(state, 14),
  'alerts are in the log': (state) => longer(join(state, 'alerts.ndjson')),
  'more is committed': (state) => changed(state, 30),
};

function changed(folder: string, times: number): Promise<void> {
  const { done, stop } = FollowProcess.changes(folder, times);
  return done.finally(stop);
}

function longer(path: string): Promise<void> {
  const size = (): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  const start = size();
  return new Promise((resolve) => {
    const watcher = watch(join(path, '..'), () => {
      if (size() <= start) return;
      watcher.close();
      resolve();
    });
  });
}

// Elasticsearch and Kafka are started as CONTRIBUTING.md says; where they are not there this is reported as skipped.
describe.skipIf(ELASTIC === undefined || BROKER === undefined)(
  'a run from a topic into an index that is killed again and again',
  { timeout: 180_000 },
  () => {
    const topics = new RealTopics(BROKER ?? '');
    const indices = new RealAlertIndices(ELASTIC ?? '');
    const version = programVersion();
    let root = '';

    beforeAll(async () => {
      await topics.open();
      root = mkdtempSync(join(tmpdir(), 'windhover-real-crash-'));
    });
    afterAll(async () => {
      await topics.close();
      await indices.clean();
      rmSync(root, { recursive: true, force: true });
    });

    /** Records in turn for each partition; behind the last part one in each that says that all before it was read. */
    async function produce(topic: string, part: number): Promise<void> {
      const lines = telemetryLines(RECORDS, 1);
      const size = Math.ceil(lines.length / PARTS);
      const values = lines.slice(part * size, (part + 1) * size);
      if (part === PARTS - 1) {
        for (let i = 0; i < PARTITIONS; i++) values.push(lastLine(END, `end-${i}`, 9000 + i));
      }
      await topics.produce(
        topic,
        values.map((value, i) => ({ value, partition: i % PARTITIONS })),
      );
    }

    interface Trial {
      readonly cwd: string;
      readonly topic: string;
      readonly alias: string;
      readonly start: () => FollowProcess;
    }

    async function trial(name: string): Promise<Trial> {
      const cwd = join(root, name);
      mkdirSync(join(cwd, 'state'), { recursive: true, mode: 0o700 });
      const topic = await topics.create(name, PARTITIONS);
      const alias = await indices.alias();
      writeFileSync(join(cwd, 'shells.hunt.yaml'), HUNT);
      writeFileSync(
        join(cwd, 'windhover.yaml'),
        [
          'sources:',
          '  a:',
          `    live: {kafka: {brokers: ["${BROKER}"], topics: [${topic}], from: earliest, session_timeout: 3s}}`,
          'alerts:',
          `  - elastic: {url: "${ELASTIC}", index: ${alias}}`,
        ].join('\n'),
      );
      const call = ['run', 'shells.hunt.yaml', '--state', 'state', '--clock', 'event', '--format', 'ndjson'];
      return { cwd, topic, alias, start: () => new FollowProcess(call, cwd) };
    }

    /** Lets a run come to the end of its topic. Answers what it leaves behind. */
    async function ended({ cwd, topic, alias, start }: Trial): Promise<unknown> {
      const run = start();
      const said = (name: string): Promise<void> => run.said((stdout) => stdout.includes(`"${name}"`));
      for (let i = 0; i < PARTITIONS; i++) await said(`end-${i}`);
      // So much later that alerts that wait for the clock leave.
      await topics.produce(topic, [{ value: lastLine(END + 180_000, 'end-all'), partition: 0 }]);
      await said('end-all');
      expect(await run.kill('SIGINT'), run.stderr).toBe(130);
      const log = readFileSync(join(cwd, 'state', 'alerts.ndjson'), 'utf8')
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as AlertDocument);
      const indexed = await indices.documents(alias);
      expect(byId(indexed)).toEqual(byId(log));
      const { stdout } = await runWindhover(['coverage', '--state', 'state', '--format', 'json'], { cwd });
      const { scopes } = JSON.parse(stdout) as { scopes: { coverage: CoverageDocument[] }[] };
      return JSON.parse(
        JSON.stringify({
          alerts: byId(indexed)
            .filter(({ windhover }) => windhover.status !== 'retracted')
            .map(comparable),
          coverage: scopes.map(({ coverage }) => coverage.map(seen)),
        }).replaceAll(topic, 'topic'),
      ) as unknown;
    }

    test('comes to the alerts and the ledger of one that is not', async () => {
      const calm = await trial('calm');
      for (let part = 0; part < PARTS; part++) await produce(calm.topic, part);
      const expected = await ended(calm);

      const killed = await trial('killed');
      for (const [part, point] of Object.entries(POINTS).entries()) {
        const [name, reached] = point;
        await produce(killed.topic, part);
        const progress = reached(join(killed.cwd, 'state'));
        const run = killed.start();
        expect(await Promise.race([progress, run.ended]), `${name}: ${run.stderr}`).toBeUndefined();
        expect(await run.kill('SIGKILL'), name).toBe('SIGKILL');
      }
      await produce(killed.topic, PARTS - 1);
      const outcome = await ended(killed);
      expect(programVersion() === version, 'the program was edited while it was killed').toBe(true);
      expect(outcome).toEqual(expected);
      expect((outcome as { alerts: unknown[] }).alerts.length).toBeGreaterThan(15);
    });
  },
);

/** The last one of each id, in the order of ids. */
function byId<T extends { readonly event: { readonly id: string } }>(alerts: readonly T[]): T[] {
  return [...new Map(alerts.map((alert) => [alert.event.id, alert])).values()].sort((a, b) =>
    a.event.id < b.event.id ? -1 : 1,
  );
}

/** What does not go by the order in which partitions come. */
function comparable({ event, message, windhover: { variable, severity } }: AlertDocument): unknown {
  return { id: event.id, message, variable, severity };
}

/** Without where holes lie, which goes by where epochs ended. */
function seen({ holes, ...rest }: CoverageDocument): unknown {
  return { ...rest, missing: holes.map(({ cause, count }) => `${cause} ${count}`) };
}
