import { appendFileSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runWindhover, type ProgramResult } from '../support/run-windhover.ts';
import { huntsIn } from './live-scope.ts';

let folder = '';
const CALL = ['shells.hunt.yaml', '--source', 'logs=app.log'];

function line(pid: number): string {
  const process = { pid, name: 'sh', executable: '/bin/sh', thread: { id: 1 }, start: '2026-01-01T00:00:00Z' };
  const event = { sf_type: 'PE', action: 'process-start' };
  return `${JSON.stringify({ '@timestamp': new Date().toISOString(), event, host: { id: 'h' }, process })}\n`;
}

const replay = (...args: readonly string[]): Promise<ProgramResult> =>
  runWindhover(['replay', '--journal', 'state', ...CALL, ...args], { cwd: folder });

/** A live run, until it has told of a shell. */
async function follow(cwd: string, shell = 3): Promise<void> {
  let stop = (): void => {};
  const args = ['run', ...CALL, '--follow', '--state', 'state', '--format', 'ndjson'];
  await runWindhover(args, {
    cwd,
    interrupt: (now) => (stop = now),
    onStdout: (text) => {
      if (!text.includes(`"shell ${shell}`)) return;
      stop();
      // A second one would end it at once.
      stop = (): void => {};
    },
  });
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'windhover-replay-journal-'));
  await huntsIn(folder);
  writeFileSync(join(folder, 'app.log'), line(1) + line(2) + line(3));
  await follow(folder);
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('windhover replay --journal', { timeout: 60_000 }, () => {
  const log = (): string => readFileSync(join(folder, 'state', 'alerts.ndjson'), 'utf8');

  test('gives the lines of the alert log', async () => {
    const { code, stdout, stderr } = await replay('--format', 'ndjson');
    expect([code, stdout]).toEqual([0, log()]);
    expect(stderr).toMatch(/^journal of .*app\.log: \d+ epochs, /);
  });

  test('and none that were written outside the times that are asked for', async () => {
    expect((await replay('--format', 'ndjson', '--to', '2020-01-01T00:00:00Z')).stdout).toBe('');
    expect((await replay('--format', 'ndjson', '--from', '2099-01-01T00:00:00Z')).stdout).toBe('');
  });

  test('--check finds what the log has otherwise', async () => {
    expect((await replay('--check')).code).toBe(0);
    const path = join(folder, 'state', 'alerts.ndjson');
    const before = log();
    writeFileSync(path, before.replace('shell 2', 'shell 4'));
    const { code, stdout } = await replay('--check');
    writeFileSync(path, before);
    expect(code).toBe(1);
    expect(stdout).toMatch(
      /^alert \d+ differs \(\d+ were logged, \d+ came of the journal\)\nlogged: .*shell 4.*\nreplayed: .*shell 2/,
    );
  });

  test('what the source has no longer is told with its range', async () => {
    const path = join(folder, 'app.log');
    renameSync(path, `${path}.away`);
    const gone = await replay();
    writeFileSync(path, readFileSync(`${path}.away`, 'utf8').replace('"pid":2', '"pid":8'));
    const other = await replay();
    renameSync(`${path}.away`, path);
    expect([gone.code, gone.stderr]).toEqual([
      3,
      expect.stringMatching(/app\.log, byte 0 to \d+ cannot be read again: no file of the source is there/),
    ]);
    expect([other.code, other.stderr]).toEqual([3, expect.stringContaining('no file of the source begins as it did')]);
  });

  test('calls that mean nothing', async () => {
    const call = async (...args: readonly string[]): Promise<readonly [number, string]> => {
      const { code, stderr } = await runWindhover(['replay', ...args], { cwd: folder });
      return [code, stderr];
    };
    expect(await call('app.log', '--to', 'x', '--check')).toEqual([2, expect.stringContaining('--journal STATE')]);
    expect(await call('app.log')).toEqual([2, expect.stringContaining('--to TARGET')]);
    expect(await call('--to', 'x')).toEqual([2, expect.stringContaining('no file')]);
    expect(await call('--journal', 'nowhere', ...CALL)).toEqual([2, expect.stringContaining('holds no state')]);
    expect(await replay('--to', 'yesterday')).toMatchObject({ code: 2 });
    expect(await replay('--hunt', 'nobody')).toMatchObject({ code: 2, stderr: expect.stringContaining('journaled') });
  });
});

test('a hunt that started over counts its revisions on in the replay too', { timeout: 60_000 }, async () => {
  const cwd = mkdtempSync(join(tmpdir(), 'windhover-replay-restarted-'));
  try {
    await huntsIn(cwd);
    writeFileSync(join(cwd, 'app.log'), line(1) + line(2) + line(3));
    await follow(cwd);
    const path = join(cwd, 'shells.hunt.yaml');
    // Another question of the records: nothing of its state fits any more.
    writeFileSync(path, readFileSync(path, 'utf8').replace('pid > 0', 'pid >= 0'));
    const log = (): string => readFileSync(join(cwd, 'state', 'alerts.ndjson'), 'utf8');
    const before = log();
    await follow(cwd);
    const since = log().slice(before.length);
    expect(since).toContain('"revision":2');
    const { code, stdout } = await runWindhover(['replay', '--journal', 'state', ...CALL, '--format', 'ndjson'], {
      cwd,
    });
    expect([code, stdout]).toEqual([0, since]);
    const check = await runWindhover(['replay', '--journal', 'state', ...CALL, '--check'], { cwd });
    expect([check.code, check.stdout]).toEqual([0, '']);
  } finally {
    rmSync(cwd, { recursive: true, force: true });
  }
});

test('a hunt that was edited and kept its state is refused, told when, and replayed as it was then', async () => {
  const cwd = mkdtempSync(join(tmpdir(), 'windhover-replay-edited-'));
  try {
    await huntsIn(cwd);
    writeFileSync(join(cwd, 'app.log'), line(1) + line(2) + line(3));
    await follow(cwd);
    const path = join(cwd, 'shells.hunt.yaml');
    const log = (): string => readFileSync(join(cwd, 'state', 'alerts.ndjson'), 'utf8');
    const [asItWas, before] = [readFileSync(path, 'utf8'), log()];
    // How an alert reads is no part of its state.
    writeFileSync(path, asItWas.replace("title: 'some {name}'", "title: 'any {name}'"));
    appendFileSync(join(cwd, 'app.log'), line(4));
    await follow(cwd, 4);
    const call = (...args: readonly string[]): Promise<ProgramResult> =>
      runWindhover(['replay', '--journal', 'state', ...CALL, '--format', 'ndjson', ...args], { cwd });

    const refused = await call();
    expect([refused.code, refused.stdout]).toEqual([2, '']);
    const told = /journaled, another version of which ran from (\S+Z) until (\S+Z)/.exec(refused.stderr);
    expect(refused.stderr).toMatch(/hunt-edited|--edited/);
    const [, from = '', until = ''] = told ?? [];
    expect(from < until, refused.stderr).toBe(true);
    expect(refused.stderr).toContain(`--to ${until}`);

    const now = await call('--edited');
    expect([now.code, now.stdout.includes('"any sh"'), now.stdout.includes('"some sh"')]).toEqual([0, true, false]);
    writeFileSync(path, asItWas);
    const then = await call('--to', until);
    expect([then.code, then.stdout], then.stderr).toEqual([0, before]);
    expect((await call()).stderr).toMatch(/another version of which ran from \S+Z to the end/);
  } finally {
    rmSync(cwd, { recursive: true, force: true });
  }
});
