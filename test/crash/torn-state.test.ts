import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FollowProcess } from '../support/follow-process.ts';
import { runWindhover, type ProgramResult } from '../support/run-windhover.ts';
import { alertsIn, answerOf, CALL, writeInput } from './recorded-runs.ts';

const root = mkdtempSync(join(tmpdir(), 'windhover-torn-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const run = (state: string): Promise<ProgramResult> => runWindhover([...CALL, '--state', state], { cwd: root });

/** The write-ahead log that was written last. */
function newestLog(state: string): string {
  const logs = readdirSync(join(root, state)).filter((name) => /^\d+\.log$/.test(name));
  return join(root, state, logs.sort().at(-1) as string);
}

let expected: { readonly alerts: unknown[]; readonly answer: unknown };
let damaged = 0;

/** The state of the killed process once more, with something done to its write-ahead log. */
function copy(damage: (log: string) => void): string {
  const name = `damaged-${damaged++}`;
  cpSync(join(root, 'killed'), join(root, name), { recursive: true });
  damage(newestLog(name));
  return name;
}

beforeAll(async () => {
  writeInput(root, 300);
  const { code, stdout, stderr } = await run('undisturbed');
  expect(code, stderr).toBe(0);
  expected = { alerts: alertsIn(join(root, 'undisturbed/alerts.ndjson')), answer: answerOf(stdout) };
  const killed = new FollowProcess([...CALL, '--state', 'killed'], root);
  const log = join(root, 'killed', 'alerts.ndjson');
  // Far enough for many commits, and before the end.
  while ((statSync(log, { throwIfNoEntry: false })?.size ?? 0) < 500_000) {
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(await killed.kill('SIGKILL')).toBe('SIGKILL');
  expect(readFileSync(log, 'utf8').split('\n').length).toBeLessThan(expected.alerts.length);
}, 120_000);

describe('a state whose last writes a power cut took back', { timeout: 120_000 }, () => {
  // The middle of a commit, some commits, half of all of them.
  test.each([1, 7, 4000, 60_000, 0.5])('goes on from an earlier commit, exactly: %d', async (cut) => {
    const state = copy((log) => {
      const { size } = statSync(log);
      truncateSync(log, Math.floor(cut < 1 ? size * cut : size - cut));
    });
    const { code, stdout, stderr } = await run(state);
    expect(code, stderr).toBe(0);
    expect(stderr).not.toContain('not what the state remembers');
    expect(answerOf(stdout)).toEqual(expected.answer);
    expect(alertsIn(join(root, state, 'alerts.ndjson'))).toEqual(expected.alerts);
  });
});

describe('a state in which bytes were turned', { timeout: 120_000 }, () => {
  test.each([0.2, 0.6, 0.95])('goes on from an earlier commit, or is refused: %d', async (at) => {
    const state = copy((log) => {
      const bytes = readFileSync(log);
      bytes.fill(0xff, Math.floor(bytes.length * at), Math.floor(bytes.length * at) + 40);
      writeFileSync(log, bytes);
    });
    const { code, stdout, stderr } = await run(state);
    if (code === 0) {
      expect(answerOf(stdout)).toEqual(expected.answer);
      expect(alertsIn(join(root, state, 'alerts.ndjson'))).toEqual(expected.alerts);
    } else {
      expect(code, stderr).toBe(3);
      expect(stderr).toMatch(/^error: The state in /m);
    }
  });
});
