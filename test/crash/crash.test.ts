import { afterAll, describe, expect, test } from 'vitest';
import { RocksStateStore } from '../../src/store/rocks-state-store.ts';
import { CRASH_POINTS } from './crash-points.ts';
import { CrashTally } from './crash-tally.ts';
import { CrashTrial } from './crash-trial.ts';
import { FileInput } from './file-input.ts';

const LONG = process.env['WINDHOVER_LONG'] !== undefined;
const tally = new CrashTally();
afterAll(() => process.stdout.write(`in one process: ${tally}\n`));

describe('a run over files, in one process', { timeout: LONG ? 3_600_000 : 120_000 }, () => {
  const trial = new CrashTrial({
    input: (folder) => new FileInput(folder, 120, 1),
    // A commit for one epoch, or for some of them.
    tick: [0, 7, 60, 11],
    tally,
  });
  afterAll(() => trial.clean());

  test('undisturbed it raises and retracts alerts, in two scopes', async () => {
    const { log, positions } = await trial.undisturbed();
    expect(new Set(log.map((alert) => (alert as { windhover: { status: string } }).windhover.status))).toEqual(
      new Set(['open', 'revised', 'retracted']),
    );
    expect(positions).toHaveLength(3);
  });

  test('struck once, at every point and whenever, it comes to the same', async () => {
    for (const plan of trial.everyPoint(CRASH_POINTS)) await trial.crashed([plan]);
  });

  test('what once went wrong goes right', async () => {
    // A member of a FIND over LAST was read again, and was another alert.
    await trial.crashed([{ point: 'commit: before', at: 5 }]);
    // Another scope wrote over alerts that waited for the sink.
    await trial.crashed([{ point: 'commit: unacknowledged', at: 2 }]);
    // The queue counted alerts that it did not hold.
    await trial.crashed([{ point: 'outbox drop: unacknowledged', at: trial.passed.get('outbox drop: after') ?? 1 }]);
  });

  test('struck again and again it comes to the same', async () => {
    for (let seed = 1; seed <= (LONG ? 1000 : 30); seed++) await trial.crashed(trial.drawn(CRASH_POINTS, seed));
  });
});

describe('the same over RocksDB', { timeout: LONG ? 3_600_000 : 120_000 }, () => {
  const trial = new CrashTrial({
    input: (folder) => new FileInput(folder, 120, 3),
    openStore: (folder) => RocksStateStore.open(folder),
    tick: [0, 7, 60, 11],
    tally,
  });
  afterAll(() => trial.clean());

  test('struck again and again it comes to the same', async () => {
    await trial.undisturbed();
    for (let seed = 1; seed <= (LONG ? 200 : 8); seed++) await trial.crashed(trial.drawn(CRASH_POINTS, seed));
  });
});

test('every point was struck, and nothing was lost or doubled', () => {
  expect(tally.missed).toEqual([]);
  expect(tally.mismatches).toBe(0);
  expect(tally.crashes).toBeGreaterThan(LONG ? 2000 : 200);
});
