import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { runWindhover } from '../support/run-windhover.ts';
import { BROKER, CRASH, RealTopics, type Message } from './real-topics.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const HUNT = join(ROOT, 'hunts/node-exploit-shell.hunt.yaml');
const PARTITIONS = 3;

/** Alerts by id, in the state that was written last. */
function lastAlerts(path: string): Map<string, string> {
  const alerts = new Map<string, string>();
  for (const line of readFileSync(path, 'utf8').trimEnd().split('\n')) {
    const { event, windhover } = JSON.parse(line) as { event: { id: string }; windhover: { status: string } };
    alerts.set(event.id, windhover.status === 'retracted' ? 'retracted' : 'stands');
  }
  return alerts;
}

describe.skipIf(BROKER === undefined)('windhover run over a real Kafka', { timeout: 180_000 }, () => {
  let topics: RealTopics;
  let folder = '';
  let lines: string[] = [];
  let expected: Map<string, string>;
  const children: ChildProcess[] = [];

  beforeAll(async () => {
    topics = new RealTopics(BROKER as string);
    await topics.open();
    folder = mkdtempSync(join(tmpdir(), 'windhover-kafka-run-'));
    const file = join(folder, 'sim.ndjson');
    const simulate = ['simulate', '--format', 'sysflow-ecs', '--records', '20000', '--hosts', '6', '--seed', '3'];
    await runWindhover([...simulate, '--attacks', 'node-exploit:4', '--out', file]);
    lines = readFileSync(file, 'utf8').trimEnd().split('\n');
    const log = join(folder, 'file-alerts.ndjson');
    await runWindhover(['run', HUNT, '--source', file, '--alerts', log]);
    expected = lastAlerts(log);
    expect(expected.size).toBeGreaterThan(2);
  });
  afterEach(() => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
  });
  afterAll(async () => {
    await topics.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** The records of a host in one partition, in their order. */
  async function produce(topic: string, part: readonly string[]): Promise<void> {
    const messages = part.map((value): Message => {
      const { host } = JSON.parse(value) as { host: { id: string } };
      return { key: host.id, value, partition: [...host.id].reduce((a, c) => a + c.charCodeAt(0), 0) % PARTITIONS };
    });
    for (let at = 0; at < messages.length; at += 500) await topics.produce(topic, messages.slice(at, at + 500), 'lz4');
  }

  /** Starts the program and gives its lines of ndjson as they come; ends with the process. */
  function start(
    topic: string,
    state: string,
  ): { child: ChildProcess; said: (until: (text: string) => boolean) => Promise<string> } {
    const source = `kafka://${BROKER}/${topic}`;
    const call = ['run', HUNT, '--source', source, '--state', state, '--retention', '3000d'];
    const child = spawn(process.execPath, ['--import', 'tsx', 'src/main.ts', ...call, '--format', 'ndjson'], {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    children.push(child);
    let text = '';
    let wake = (): void => {};
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        text += chunk.toString('utf8');
        wake();
      });
    }
    child.on('close', () => wake());
    const said = async (until: (text: string) => boolean): Promise<string> => {
      while (!until(text) && child.exitCode === null && child.signalCode === null) {
        await new Promise<void>((resolve) => (wake = resolve));
      }
      return text;
    };
    return { child, said };
  }

  const alertIds = (text: string): Set<string> =>
    new Set([...text.matchAll(/"kind":"alert".*?"event":\{[^}]*?"id":"([^"]+)"/g)].map(([, id]) => id as string));

  async function interrupt({ child, said }: ReturnType<typeof start>): Promise<string> {
    child.kill('SIGINT');
    const text = await said(() => false);
    expect(child.exitCode, text).toBe(130);
    return text;
  }

  test('killed and started again it raises the alerts that a run over the file raises', async () => {
    const topic = await topics.create('killed', PARTITIONS);
    const state = join(folder, 'killed');
    await produce(topic, lines.slice(0, 10_000));
    const first = start(topic, state);
    await first.said((text) => text.includes('"kind":"alert"'));
    first.child.kill('SIGKILL');
    await first.said(() => false);
    await produce(topic, lines.slice(10_000));
    const second = start(topic, state);
    await second.said(
      (text) => expected.size <= new Set([...alertIds(text), ...lastAlerts(join(state, 'alerts.ndjson')).keys()]).size,
    );
    await interrupt(second);
    expect(lastAlerts(join(state, 'alerts.ndjson'))).toEqual(expected);
  });

  test.skipIf(CRASH === undefined)('and so it does when the broker crashes under it', async () => {
    const topic = await topics.create('crashed', PARTITIONS);
    const state = join(folder, 'crashed');
    await produce(topic, lines.slice(0, 10_000));
    const run = start(topic, state);
    await run.said((text) => text.includes('"kind":"alert"'));
    execFileSync('sh', ['-c', CRASH as string], { stdio: 'ignore' });
    await produce(topic, lines.slice(10_000));
    await run.said((text) => alertIds(text).size >= expected.size);
    const text = await interrupt(run);
    expect(lastAlerts(join(state, 'alerts.ndjson'))).toEqual(expected);
    const end = JSON.parse(text.split('\n').find((line) => line.startsWith('{"kind":"end"')) as string) as {
      input: unknown;
    };
    expect(end.input).toMatchObject({ records: lines.length, undecodable: 0 });
  });
});
