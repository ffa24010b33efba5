import { mkdirSync, mkdtempSync, rmSync, statSync, watch } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { FollowProcess } from '../support/follow-process.ts';
import { programVersion } from '../support/program-version.ts';
import { alertsIn, answerOf, CALL, writeInput } from './recorded-runs.ts';
import { drawing } from './telemetry.ts';

const LONG = process.env['WINDHOVER_LONG'] !== undefined;
const KILLS = LONG ? 200 : 20;
const RECORDS = 400;

const root = mkdtempSync(join(tmpdir(), 'windhover-killed-run-'));
const draw = drawing(1);
let kills = 0;
let mismatches = 0;
afterAll(() => {
  rmSync(root, { recursive: true, force: true });
  process.stdout.write(`real processes: ${kills} killed, ${mismatches} mismatches\n`);
});

/** Everything that variables hold is compared. */
const call = (folder: string): string[] => [...CALL, '--rows', '*', '--state', join(folder, 'state')];

function folderOf(name: string): string {
  const folder = join(root, name);
  mkdirSync(join(folder, 'state'), { recursive: true, mode: 0o700 });
  return folder;
}

/** Waits until the alert log is so many bytes longer than it was. */
function grown(folder: string, bytes: number): { readonly done: Promise<void>; readonly stop: () => void } {
  const path = join(folder, 'state', 'alerts.ndjson');
  const size = (): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  const start = size();
  let stop = (): void => {};
  const done = new Promise<void>((resolve) => {
    const watcher = watch(join(folder, 'state'), () => {
      if (size() >= start + bytes) resolve();
    });
    stop = () => watcher.close();
  });
  return { done, stop };
}

const version = programVersion();
let expected: { readonly alerts: unknown[]; readonly answer: unknown };

beforeAll(async () => {
  writeInput(root, RECORDS);
  const folder = folderOf('undisturbed');
  const run = new FollowProcess(call(folder), root);
  expect(await run.ended, run.stderr).toBe(0);
  expected = { alerts: alertsIn(join(folder, 'state', 'alerts.ndjson')), answer: answerOf(run.stdout) };
  expect(expected.alerts.length).toBeGreaterThan(500);
}, 120_000);

test(
  'a process that is killed at any moment of its progress, again and again, comes to what one comes to that is not',
  { timeout: LONG ? 3_600_000 : 300_000 },
  async () => {
    for (let round = 0; kills < KILLS; round++) {
      const folder = folderOf(`round-${round}`);
      for (;;) {
        // By writes of the state, from its opening on, or by alerts in the log.
        const progress =
          draw(2) === 0 ? FollowProcess.changes(join(folder, 'state'), 2 + draw(50)) : grown(folder, 1 + draw(200_000));
        const run = new FollowProcess(call(folder), root);
        const ended = await Promise.race([progress.done, run.ended]);
        progress.stop();
        if (ended === undefined && (await run.kill('SIGKILL')) === 'SIGKILL') {
          kills++;
          continue;
        }
        expect(await run.ended, run.stderr).toBe(0);
        expect(programVersion() === version, 'the program was edited while it was killed').toBe(true);
        mismatches++;
        expect(answerOf(run.stdout)).toEqual(expected.answer);
        expect(alertsIn(join(folder, 'state', 'alerts.ndjson'))).toEqual(expected.alerts);
        expect(run.stderr).not.toContain('not what the state remembers');
        mismatches--;
        break;
      }
    }
    expect(kills).toBeGreaterThanOrEqual(KILLS);
  },
);
