import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { ManualTimer } from '../support/manual-timer.ts';
import { FollowedLog } from './followed-log.ts';
import { LogFolder } from './log-folder.ts';

const LONG = process.env['WINDHOVER_LONG'] === '1';
const RUNS = LONG ? 2000 : 60;
/** The usual run draws the same cases each time, the long run new ones. */
const CASES = { numRuns: RUNS };

const root = mkdtempSync(join(tmpdir(), 'windhover-follow-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
let folders = 0;

interface World {
  readonly folder: string;
  readonly log: LogFolder;
  readonly followed: FollowedLog;
  readonly timer: ManualTimer;
}

type Step = (world: World) => Promise<void> | void;

/** What programs, logrotate and operators do, and what the follower does in between. */
const STEPS: Readonly<Record<string, Step>> = {
  append: ({ log }) => log.append('app.log', 2),
  'append much': ({ log }) => log.append('app.log', 25),
  'half a line': ({ log }) => log.appendHalf('app.log'),
  'late line to the rotated': ({ log }) => {
    if (log.has('app.log.1')) log.append('app.log.1', 1);
  },
  rename: ({ log }) => {
    if (!log.has('app.log')) return;
    log.shift('app.log');
    log.rename('app.log', 'app.log.1');
  },
  'copy and truncate': ({ log }) => {
    if (!log.has('app.log') || log.hasHalf('app.log')) return;
    log.shift('app.log');
    log.copyTruncate('app.log', 'app.log.1');
  },
  compress: ({ log }) => {
    if (log.has('app.log.1') && !log.hasHalf('app.log.1')) log.compress('app.log.1');
  },
  'remove what was read': async ({ log, followed }) => {
    if (!log.has('app.log') || log.hasHalf('app.log')) return;
    await followed.read();
    log.remove('app.log');
  },
  read: ({ followed }) => followed.read(),
  'read a little': ({ followed }) => followed.read(2),
  restart: ({ followed }) => followed.restart(),
  'time passes': ({ log, timer }) => {
    if (!log.hasHalves) timer.pass(11_000);
  },
};

async function play(path: string, steps: readonly string[]): Promise<World> {
  const folder = join(root, String(folders++));
  const log = new LogFolder(folder);
  const timer = new ManualTimer();
  const world = { folder, log, timer, followed: new FollowedLog(folder, path, timer) };
  for (const step of steps) await STEPS[step]?.(world);
  await world.followed.read();
  timer.pass(2000);
  await world.followed.read();
  return world;
}

async function expectOnce(path: string, steps: readonly string[]): Promise<World> {
  const world = await play(path, steps);
  const { log, followed } = world;
  await followed.reader.close();
  // At once: the end has no time for thousands of folders, and their inodes are given to the files of the next case.
  rmSync(world.folder, { recursive: true });
  expect([...followed.seen].sort((a, b) => a - b)).toEqual([...log.written].sort((a, b) => a - b));
  expect(followed.undecodable).toBe(0);
  return world;
}

describe.each([
  ['a file', 'app.log'],
  ['a folder', '.'],
  ['a glob', 'app*'],
])('every line of %s that is followed is read once', (_what, path) => {
  test('whatever happens to it', { timeout: RUNS * 1000 }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom(...Object.keys(STEPS)), { maxLength: 25 }), async (steps) => {
        // Whoever follows a file has seen it: what was rotated before is history.
        await expectOnce(path, ['append', 'read', ...steps]);
      }),
      CASES,
    );
  });
});
