import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { AlertDocument } from '../../src/hunts/alerts/alert-document.ts';
import { latestOf } from '../../src/sinks/testing/memory-sink.ts';
import { HookServer } from '../../src/sinks/webhook/testing/hook-server.ts';
import { runWindhover, type ProgramInput, type ProgramResult } from '../support/run-windhover.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const HUNT = join(ROOT, 'hunts/node-exploit-shell.hunt.yaml');
const ALERTS = 4;

describe('windhover run to a webhook', () => {
  let folder = '';
  let telemetry = '';
  let server: HookServer;
  let count = 0;
  let state = '';

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'windhover-hook-'));
    telemetry = join(folder, 'sim.ndjson');
    const simulate = ['simulate', '--format', 'sysflow-ecs', '--records', '6000', '--hosts', '4', '--seed', '3'];
    await runWindhover([...simulate, '--attacks', `node-exploit:${ALERTS}`, '--out', telemetry]);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  beforeEach(async () => {
    server = await HookServer.start();
    state = join(folder, `state-${count++}`);
  });
  afterEach(() => server.stop());

  /** The arguments of a run whose configuration says this, and has secrets. */
  function call(drain: string, source = telemetry, withState = true, single = false): string[] {
    const file = join(folder, `windhover-${count++}.yaml`);
    const lines = [
      ...(withState ? [`state: ${state}`] : []),
      `outbox: {drain: ${drain}}`,
      'alerts:',
      '  - name: soc',
      `    webhook: {url: "${server.url}?token=secret-in-url", headers: {authorization: "Bearer secret-in-header"}, single: ${single}}`,
    ];
    writeFileSync(file, lines.join('\n'));
    return ['run', HUNT, '--source', source, '--config', file];
  }

  const pending = (): Promise<ProgramResult> =>
    runWindhover(['alerts', '--pending', '--state', state, '--format', 'json']);

  function expectAsLogged(): void {
    const logged = readFileSync(join(state, 'alerts.ndjson'), 'utf8').trimEnd().split('\n');
    const expected = latestOf(logged.map((line) => JSON.parse(line) as AlertDocument));
    expect(expected.size).toBe(ALERTS);
    expect(latestOf(server.taken)).toEqual(expected);
  }

  test('every alert arrives', async () => {
    const { code, stderr } = await runWindhover(call('10s'));
    expect([code, stderr]).toEqual([0, expect.not.stringContaining('soc')]);
    expectAsLogged();
    expect(JSON.parse((await pending()).stdout)).toEqual({ from: 'state', sinks: [] });
  });

  test('what a place that is away has not taken is kept, told, and sent by the next run', async () => {
    server.reply = () => ({ status: 503, body: 'down for repairs' });
    const first = await runWindhover(call('1s'));
    expect(first.code).toBe(3);
    expect(first.stderr).toContain('soc: the webhook takes no alerts for now: status 503: down for repairs');
    expect(first.stderr).toContain(`soc: ${ALERTS} alerts not taken; kept in the state and sent by the next run`);
    expect(first.stderr).not.toContain('secret-in');
    const told = JSON.parse((await pending()).stdout) as unknown;
    expect(told).toMatchObject({
      from: 'state',
      sinks: [{ sink: 'soc', pending: ALERTS, problem: { code: 'webhook-busy' } }],
    });
    server.reply = () => ({ status: 200 });
    const without = await runWindhover(['run', HUNT, '--source', telemetry, '--state', state], { cwd: folder });
    expect(without.stderr).toContain(`soc: ${ALERTS} alerts waiting in the state, but it is not configured any more`);
    expect((await runWindhover(call('10s'))).code).toBe(0);
    expectAsLogged();
  });

  test('more alerts than may wait make the input wait, and lose nothing', async () => {
    server.reply = () => ({ status: server.calls.length < 3 ? 503 : 200 });
    const { code, stderr } = await runWindhover(call('10s, max_alerts: 1'));
    expect(code).toBe(0);
    expect(stderr.split('soc: the outbox is full; the input waits')).toHaveLength(2);
    expect(stderr).toContain('there is room in the outbox again');
    expectAsLogged();
  });

  test('without a state folder it is said what is lost', async () => {
    server.reply = () => ({ status: 503 });
    const { code, stderr } = await runWindhover(call('1s', telemetry, false));
    expect(code).toBe(3);
    expect(stderr).toContain(`soc: ${ALERTS} alerts not taken; lost, as there is no state folder to keep them`);
  });

  test('what is refused for good is kept with its reason, for the owner only', async () => {
    server.reply = () => ({ status: 422, body: 'no such field' });
    const { code, stderr } = await runWindhover(call('10s'));
    expect(code).toBe(0);
    expect(stderr).toContain('for good: status 422: no such field');
    expect(stderr).toContain(`soc: ${ALERTS} alerts refused for good; ${join(state, 'alerts-rejected.ndjson')}`);
    const path = join(state, 'alerts-rejected.ndjson');
    const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual(
      Array.from({ length: ALERTS }, () =>
        expect.objectContaining({
          sink: 'soc',
          reason: 'status 422: no such field',
          alert: expect.any(Object) as object,
        }),
      ),
    );
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(join(state, 'outbox-status.json')).mode & 0o777).toBe(0o600);
  });

  /** Ends like Ctrl-C as soon as an alert waits; the input stays open until then. */
  async function interrupted(withState: boolean): Promise<ProgramResult> {
    server.reply = () => ({ status: 503 });
    let interrupt = (): void => {};
    let isWaiting = (): void => {};
    const waiting = new Promise<void>((done) => (isWaiting = done));
    async function* records(): AsyncGenerator<Uint8Array> {
      yield readFileSync(telemetry);
      await waiting;
    }
    const input: ProgramInput = {
      stdin: records(),
      interrupt: (now) => (interrupt = now),
      onStderr: (text) => {
        if (!text.includes('waiting')) return;
        interrupt();
        isWaiting();
        interrupt = () => {};
      },
    };
    return runWindhover(call('1s', '-', withState), input);
  }

  test('an interrupted run leaves it in the state', async () => {
    const { code, stderr } = await interrupted(true);
    expect([code, stderr]).toEqual([130, expect.stringContaining('kept in the state') as string]);
  });

  test('one without a state says what is lost, and ends with 3', async () => {
    const { code, stderr } = await interrupted(false);
    expect([code, stderr]).toEqual([3, expect.stringContaining('lost, as there is no state folder') as string]);
  });

  test('killed while a place is away, it loses nothing; while it runs, what it says of it is told', async () => {
    server.reply = () => undefined;
    const child = spawn(process.execPath, ['--import', 'tsx', 'src/main.ts', ...call('10s'), '--follow'], {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    try {
      let said = '';
      for await (const chunk of child.stdout) {
        said += String(chunk);
        if (said.split('hunt node-exploit-shell').length > 2) break;
      }
      const status = JSON.parse((await pending()).stdout) as unknown;
      expect(status).toMatchObject({ from: 'run', sinks: [{ sink: 'soc' }] });
    } finally {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    expect(server.taken).toEqual([]);
    server.reply = () => ({ status: 200 });
    const { code } = await runWindhover(call('10s'));
    expect(code).toBe(0);
    expectAsLogged();
  });

  test('killed in the middle of a call, again and again: every alert arrives', async () => {
    for (let kill = 0; kill < 3; kill++) {
      const child = spawn(process.execPath, ['--import', 'tsx', 'src/main.ts', ...call('10s', telemetry, true, true)], {
        cwd: ROOT,
        stdio: 'ignore',
      });
      let calls = 0;
      // The second call of each process is never answered: taken or not, it cannot know.
      server.reply = ({ alerts }) => {
        if (++calls < 2) return { status: 200 };
        if (kill === 1) server.taken.push(...alerts);
        child.kill('SIGKILL');
        return undefined;
      };
      await once(child, 'exit');
      expect(child.signalCode).toBe('SIGKILL');
    }
    server.reply = () => ({ status: 200 });
    const { code } = await runWindhover(call('10s', telemetry, true, true));
    expect(code).toBe(0);
    expectAsLogged();
  });
});
