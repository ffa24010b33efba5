import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, watch, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { FollowProcess } from '../support/follow-process.ts';
import { OTHER, SHELLS, SLIDING } from './crash-hunts.ts';
import { drawing, lastLine, START, telemetryLines } from './telemetry.ts';

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

const CALL = ['run', '../hunts', '--source', 'a=../a.ndjson', '--source', 'b=../b.ndjson', '--state', 'state'];
const OUTPUT = ['--format', 'json', '--rows', '*'];

function folderOf(name: string): string {
  const folder = join(root, name);
  mkdirSync(join(folder, 'state'), { recursive: true, mode: 0o700 });
  return folder;
}

/** The alerts of a log, hunt by hunt, without what tells one run from another. */
function alertsOf(folder: string): unknown[] {
  return readFileSync(join(folder, 'state', 'alerts.ndjson'), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => {
      const alert = JSON.parse(line) as { windhover: { hunt: string; times: { event: string } } };
      return { ...alert, windhover: { ...alert.windhover, times: alert.windhover.times.event } };
    })
    .sort((a, b) => a.windhover.hunt.localeCompare(b.windhover.hunt));
}

/** What a run that came to its end says of its hunts. */
function answerOf(stdout: string): unknown {
  const { hunts } = JSON.parse(stdout) as { hunts: readonly { hunt: string; variables: unknown; displays: unknown }[] };
  return hunts.map(({ hunt, variables, displays }) => ({ hunt, variables, displays }));
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

let expected: { readonly alerts: unknown[]; readonly answer: unknown };

beforeAll(async () => {
  mkdirSync(join(root, 'hunts'));
  for (const [name, text] of Object.entries({ shells: SHELLS, sliding: SLIDING, other: OTHER })) {
    writeFileSync(join(root, 'hunts', `${name}.hunt.yaml`), text);
  }
  const write = (name: string, lines: readonly string[]): void =>
    writeFileSync(join(root, name), lines.map((line) => `${line}\n`).join(''));
  write('a.ndjson', [...telemetryLines(RECORDS, 1), lastLine(START + RECORDS * 1000)]);
  write('b.ndjson', telemetryLines(RECORDS, 2));
  const folder = folderOf('undisturbed');
  const run = new FollowProcess([...CALL, ...OUTPUT], folder);
  expect(await run.ended, run.stderr).toBe(0);
  expected = { alerts: alertsOf(folder), answer: answerOf(run.stdout) };
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
        const run = new FollowProcess([...CALL, ...OUTPUT], folder);
        const ended = await Promise.race([progress.done, run.ended]);
        progress.stop();
        if (ended === undefined && (await run.kill('SIGKILL')) === 'SIGKILL') {
          kills++;
          continue;
        }
        expect(await run.ended, run.stderr).toBe(0);
        mismatches++;
        expect(answerOf(run.stdout)).toEqual(expected.answer);
        expect(alertsOf(folder)).toEqual(expected.alerts);
        expect(run.stderr).not.toContain('not what the state remembers');
        mismatches--;
        break;
      }
    }
    expect(kills).toBeGreaterThanOrEqual(KILLS);
  },
);
