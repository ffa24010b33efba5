import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AlertDocument } from '../../src/hunts/alerts/alert-document.ts';
import { testAlertSink } from '../../src/sinks/alert-sink.conformance.ts';
import { ElasticSink } from '../../src/sinks/elastic/elastic-sink.ts';
import { latestOf } from '../../src/sinks/testing/memory-sink.ts';
import { testAlert } from '../../src/sinks/testing/test-alert.ts';
import { runWindhover, type ProgramResult } from '../support/run-windhover.ts';
import { ELASTIC, ELASTIC_CRASH, RealAlertIndices } from './real-alert-indices.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const HUNT = join(ROOT, 'hunts/node-exploit-shell.hunt.yaml');

// Elasticsearch is started as CONTRIBUTING.md says; where there is none this is reported as skipped.
describe.skipIf(ELASTIC === undefined)('alerts in a real Elasticsearch', { timeout: 180_000 }, () => {
  const indices = new RealAlertIndices(ELASTIC ?? '');
  let alias = '';
  let folder = '';
  let lines: string[] = [];

  const sink = async (generation = 1_777_000_000): Promise<ElasticSink> =>
    new ElasticSink({ client: await indices.client(), alias, generation, name: 'es' });

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'windhover-elastic-'));
    const file = join(folder, 'sim.ndjson');
    const simulate = ['simulate', '--format', 'sysflow-ecs', '--records', '20000', '--hosts', '6', '--seed', '3'];
    await runWindhover([...simulate, '--attacks', 'node-exploit:4', '--out', file]);
    lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  });
  afterAll(async () => {
    await indices.clean();
    rmSync(folder, { recursive: true, force: true });
  });

  testAlertSink({
    name: 'a real Elasticsearch',
    open: async () => {
      alias = await indices.alias();
      return sink();
    },
    reopen: () => sink(),
    latest: async () => latestOf(await indices.documents(alias)),
    poison: testAlert('poison', 1, { time: 'the day after' }),
  });

  test('values that fit no field lose no alert, and those that fit are found', async () => {
    alias = await indices.alias();
    const writer = await sink();
    const good = testAlert('good', 1, {
      fields: {
        host: { ip: ['10.1.2.3', '::1'], name: 'web-01' },
        process: { command_line: '/bin/sh -c /tmp/upd.py', pid: 4711, start: '2026-05-01T08:00:00.123456789Z' },
      },
    });
    const odd = testAlert('odd', 1, {
      fields: {
        host: { ip: 'NA', name: 'x'.repeat(16_000) },
        process: { command_line: '/tmp/'.repeat(3000), pid: 'many', start: 'yesterday', exit_code: 1e300 },
        file: { code_signature: { exists: 'perhaps' } },
        registry: { unheard_of: { very: 'deep' } },
      },
    });
    expect(await writer.write([good, odd])).toEqual({ refused: [], left: [] });
    await writer.close();
    expect(await indices.documents(alias)).toEqual(expect.arrayContaining([good, odd]));
    const found = async (query: object): Promise<string[]> =>
      (await indices.search(alias, query)).map(({ event }) => event.id);
    expect(await found({ term: { 'host.ip': '10.0.0.0/8' } })).toEqual(['good']);
    expect(await found({ wildcard: { 'process.command_line': '*upd.py*' } })).toEqual(['good']);
    expect(await found({ range: { 'process.pid': { gte: 4000 } } })).toEqual(['good']);
    expect(await found({ match: { message: 'alert odd' } })).toContain('odd');
    expect(await found({ term: { 'windhover.status': 'open' } })).toHaveLength(2);
    expect(await found({ exists: { field: 'registry.unheard_of' } })).toEqual([]);
  });

  test('one document per alert, whatever comes twice or late; a later state wins', async () => {
    alias = await indices.alias();
    const [first, later] = [await sink(1), await sink(2)];
    await first.write([testAlert('a', 5), testAlert('a', 9), testAlert('a', 7)]);
    await later.write([testAlert('a', 1)]);
    expect(await first.write([testAlert('a', 9)])).toEqual({ refused: [], left: [] });
    expect((await indices.documents(alias)).map(({ windhover }) => windhover.revision)).toEqual([1]);
    await Promise.all([first.close(), later.close()]);
  });

  function configuration(name: string): { readonly file: string; readonly state: string } {
    const state = join(folder, name);
    const file = join(folder, `${name}.yaml`);
    const elastic = `elastic: {url: "${ELASTIC}", index: ${alias}}`;
    writeFileSync(file, `state: ${state}\noutbox: {drain: 120s}\nalerts:\n  - ${elastic}\n`);
    return { file, state };
  }

  /** The index holds what the local log says in the end. */
  async function expectAsLogged(state: string, count: number): Promise<void> {
    const logged = readFileSync(join(state, 'alerts.ndjson'), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as AlertDocument);
    const documents = await indices.documents(alias);
    expect(new Map(documents.map((each) => [each.event.id, each]))).toEqual(latestOf(logged));
    expect(documents).toHaveLength(count);
  }

  test('the command sets up what a run needs, says so, and does it once', async () => {
    const name = `${await indices.alias()}x`;
    const setUp = (...options: string[]): Promise<ProgramResult> =>
      runWindhover(['setup', 'elastic', '--url', ELASTIC as string, '--index', name, ...options]);
    const dry = await setUp('--dry-run');
    expect([dry.code, dry.stdout.match(/would be created/gu)?.length]).toEqual([0, 3]);
    expect((await setUp()).stdout.match(/ created/gu)).toHaveLength(3);
    const again = await setUp('--format', 'json');
    const { setups } = JSON.parse(again.stdout) as { setups: { steps: { outcome: string }[] }[] };
    expect(setups[0]?.steps.map(({ outcome }) => outcome)).toEqual(Array.from({ length: 4 }, () => 'unchanged'));
    indices.adopt(name);
  });

  test('a run leaves there what it logs', async () => {
    alias = await indices.alias();
    const { file, state } = configuration('run');
    const { code, stderr } = await runWindhover([
      'run',
      HUNT,
      '--source',
      join(folder, 'sim.ndjson'),
      '--config',
      file,
    ]);
    expect(code, stderr).toBe(0);
    await expectAsLogged(state, 4);
  });

  const answers = (): Promise<boolean> =>
    fetch(ELASTIC as string).then(
      () => true,
      () => false,
    );

  test.skipIf(ELASTIC_CRASH === undefined)('and so it does when the server is killed under it', async () => {
    alias = await indices.alias();
    const { file, state } = configuration('crash');
    let crashed: Promise<unknown> | undefined;
    let isKilled = (): void => {};
    const killed = new Promise<void>((done) => (isKilled = done));
    /** The rest of the records comes when the server is known to be away. */
    async function* records(): AsyncGenerator<Uint8Array> {
      yield Buffer.from(`${lines.slice(0, 10_000).join('\n')}\n`);
      await killed;
      while (await answers()) {
        // It dies in a moment, and is away for some seconds.
      }
      yield Buffer.from(`${lines.slice(10_000).join('\n')}\n`);
    }
    const result: ProgramResult = await runWindhover(['run', HUNT, '--source', '-', '--config', file], {
      stdin: records(),
      onStdout: () => {
        crashed ??= promisify(execFile)('sh', ['-c', ELASTIC_CRASH as string]);
        isKilled();
      },
    });
    await crashed;
    expect(result.code, result.stderr).toBe(0);
    expect(result.stderr).toContain('takes alerts again');
    await expectAsLogged(state, 4);
  });
});
