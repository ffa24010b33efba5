import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FollowProcess } from '../support/follow-process.ts';
import { runWindhover } from '../support/run-windhover.ts';
import { comparableReport } from './comparable-report.ts';
import { HistoryFolder, shellRecord } from './history.ts';

const RECORDS = 2000;
const BEGIN = Date.UTC(2026, 4, 1);

const HUNT = `hunt: shells
title: Shells of node
severity: high
huntflow: |
  shells = GET process FROM a WHERE parent_ref.name = 'node' LAST 10 MINUTES
  kids = FIND process CREATED BY shells
  all = GET process FROM a WHERE command_line LIKE 'sh -c %7'
alerts:
  - on: shells
    title: '{parent_ref.name} ran {command_line}'
    suppress: { by: [host.id], for: 10m }
  - on: kids
    title: 'child {name}'
  - on: all
    title: 'ran {command_line}'
`;
const OTHER = HUNT.replace('hunt: shells', 'hunt: others').replaceAll('FROM a', 'FROM b');

const folder = new HistoryFolder();
afterAll(() => folder.remove());

const file = (name: string, hosts: number, offsetMs: number): string =>
  folder.records(
    name,
    Array.from({ length: RECORDS / 2 }, (_, i) => {
      const jitter = ((i * 7919) % 97) * 900;
      return shellRecord(i, BEGIN + offsetMs + i * 1400 - jitter, `${name.at(-8) as string}-${i % hosts}`);
    }),
  );

const CALL = [
  'shells.hunt.yaml',
  'others.hunt.yaml',
  '--source',
  'a=day',
  '--source',
  'b=day/b.ndjson',
  '--retention',
  '1m',
];
let undisturbed = '';

beforeAll(async () => {
  folder.write('shells.hunt.yaml', HUNT);
  folder.write('others.hunt.yaml', OTHER);
  file('day/a.ndjson', 5, 0);
  file('day/b.ndjson', 3, 500_000);
  const { code, stdout } = await folder.windhover('backtest', '--format', 'json', ...CALL);
  expect(code).toBe(0);
  undisturbed = comparableReport(stdout);
}, 120_000);

const resuming = (state: string): string[] => ['backtest', '--format', 'json', ...CALL, '--resume', state];

/** Ctrl-C after so many turns of the event loop. */
async function interrupted(state: string, turns: number): Promise<{ readonly code: number; readonly stdout: string }> {
  const over = new AbortController();
  const result = runWindhover(resuming(state), {
    cwd: folder.path,
    interrupt: (now) => {
      void (async () => {
        for (let i = 0; i < turns && !over.signal.aborted; i++) await new Promise((resolve) => setImmediate(resolve));
        now();
      })();
    },
  });
  return result.finally(() => over.abort());
}

describe('a backtest that is interrupted', { timeout: 120_000 }, () => {
  test('has something to compare: alerts of both hunts, suppressed, late and refused ones', () => {
    const report = JSON.parse(undisturbed) as {
      hunts: { counts: Record<string, number>; first_alert_delay_ms: number | null }[];
      input: Record<string, number>;
      holes: { refused_by_host: unknown[] };
    };
    expect(report.hunts.map(({ counts }) => counts['opened'] as number).every((count) => count >= 5)).toBe(true);
    expect(report.hunts[0]?.counts['suppressed']).toBeGreaterThan(0);
    expect(report.input['refused']).toBeGreaterThan(0);
    expect(report.holes.refused_by_host.length).toBeGreaterThan(1);
    expect(report.hunts.every(({ first_alert_delay_ms: ms }) => ms !== null)).toBe(true);
  });

  test('comes to the same without an interruption, and says so again when it is called once more', async () => {
    const first = await folder.windhover(...resuming('whole'));
    expect([first.code, comparableReport(first.stdout)]).toEqual([0, undisturbed]);
    const again = await folder.windhover(...resuming('whole'));
    expect(again.stderr).toContain('goes on where the backtest was');
    expect([again.code, comparableReport(again.stdout)]).toEqual([0, undisturbed]);
  });

  test('goes on after Ctrl-C, however often, and comes to the same', async () => {
    let calls = 0;
    for (let turns = 30; ; turns = Math.ceil(turns * 1.5)) {
      const { code, stdout } = await interrupted('ctrl-c', turns);
      calls++;
      if (code === 130) continue;
      expect([code, comparableReport(stdout)]).toEqual([0, undisturbed]);
      break;
    }
    expect(calls).toBeGreaterThan(2);
  });

  test('goes on after kill -9, at several points', async () => {
    const state = join(folder.path, 'killed');
    mkdirSync(state);
    let kills = 0;
    for (let changes = 15; kills < 2; changes += 15) {
      const { done, stop } = FollowProcess.changes(state, changes);
      const run = new FollowProcess(resuming('killed'), folder.path);
      const ended = await Promise.race([run.ended, done.then(() => undefined)]);
      stop();
      if (ended !== undefined || (await run.kill('SIGKILL')) !== 'SIGKILL') break;
      kills++;
    }
    expect(kills).toBeGreaterThan(0);
    const { code, stdout } = await folder.windhover(...resuming('killed'));
    expect([code, comparableReport(stdout)]).toEqual([0, undisturbed]);
  });

  test('is another one with other hunts, sources, ranges or files, and the folder is refused', async () => {
    await interrupted('kept', 40);
    const refused = async (...args: string[]): Promise<string> => {
      const { code, stderr } = await folder.windhover('backtest', ...args, '--resume', 'kept');
      expect(code).toBe(2);
      expect(stderr).toContain('name another folder');
      return stderr;
    };
    expect(await refused(...CALL.slice(1))).toContain('with other hunts');
    expect(await refused(...CALL, '--from', '2026-05-01')).toContain('--from');
    expect(await refused(...CALL, '--lateness', '5m')).toContain('--lateness');
    folder.write('shells.hunt.yaml', HUNT.replace('10 MINUTES', '20 MINUTES'));
    expect(await refused(...CALL)).toContain('another version');
    folder.write('shells.hunt.yaml', HUNT);
    const before = readFileSync(join(folder.path, 'day/a.ndjson'));
    appendFileSync(join(folder.path, 'day/a.ndjson'), '\n');
    expect(await refused(...CALL)).toContain('has changed since');
    writeFileSync(join(folder.path, 'day/a.ndjson'), before);
  });

  test('does not take a folder of something else, a damaged one, --against or standard input', async () => {
    folder.write('something/else.txt', 'mine');
    const call = ['backtest', 'shells.hunt.yaml', '--source', 'day'];
    const something = await folder.windhover(...call, '--resume', 'something');
    expect([something.code, something.stderr]).toEqual([2, expect.stringContaining('holds something else')]);
    expect(existsSync(join(folder.path, 'something/backtest.json'))).toBe(false);
    folder.write('damaged/backtest.json', '{"version":1,"call":');
    const damaged = await folder.windhover(...call, '--resume', 'damaged');
    expect([damaged.code, damaged.stderr]).toEqual([2, expect.stringContaining('is damaged')]);
    const against = await folder.windhover(...call, '--against', 'others.hunt.yaml', '--resume', 'x');
    expect([against.code, against.stderr]).toEqual([2, expect.stringContaining('--against runs two')]);
    const stdin = await folder.windhover('backtest', 'shells.hunt.yaml', '--source', '-', '--resume', 'x');
    expect([stdin.code, stdin.stderr]).toEqual([2, expect.stringContaining('Standard input cannot be gone on with')]);
  });

  test('does not count alerts that somebody else changed', async () => {
    await folder.windhover(...resuming('changed'));
    const log = join(folder.path, 'changed/alerts.ndjson');
    writeFileSync(log, readFileSync(log, 'utf8').replaceAll('"high"', '"low"'));
    const { code, stderr } = await folder.windhover(...resuming('changed'));
    expect([code, stderr]).toEqual([3, expect.stringContaining('were changed')]);
  });
});
