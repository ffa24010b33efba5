import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { loadHunt } from '../../src/cli/load-hunts.ts';
import { runSession } from '../../src/cli/run/run-session.ts';
import type { DisplayChange } from '../../src/hunts/run/live-displays.ts';
import { ManualTimer } from '../support/manual-timer.ts';
import { SESSION_DEFAULTS } from '../support/session-defaults.ts';

const folder = mkdtempSync(join(tmpdir(), 'windhover-time-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('by the wall clock LAST expires and ranges end without a record, and say so', { timeout: 60_000 }, async () => {
  const timer = new ManualTimer();
  const log = join(folder, 'app.log');
  const document = {
    '@timestamp': new Date(timer.now()).toISOString(),
    event: { sf_type: 'PE', action: 'process-start' },
    host: { id: 'h' },
    process: { pid: 7, name: 'sh', executable: '/bin/sh', thread: { id: 1 } },
  };
  writeFileSync(log, `${JSON.stringify(document)}\n`);
  const path = join(folder, 'hunt.hf');
  const stop5 = new Date(timer.now() + 5000).toISOString();
  const ranged = `q = GET process FROM logs WHERE name = 'sh' START 2020-01-01T00:00:00Z STOP ${stop5}`;
  writeFileSync(
    path,
    `p = GET process FROM logs WHERE name = 'sh' LAST 10 SECONDS\n${ranged}\nDISP p ATTR pid\nSAVE p TO p.csv`,
  );
  const { hunt } = await loadHunt(path, { cwd: folder, env: {} });
  if (hunt === undefined) throw new Error('the hunt does not check');
  const stop = new AbortController();
  const changes: { readonly at: number; readonly change: DisplayChange }[] = [];
  const saved: number[][] = [];
  const complete: (string | number)[][] = [];
  const start = timer.now();
  const session = runSession({
    ...SESSION_DEFAULTS,
    hunts: [{ hunt, sources: new Map(hunt.plan.sources.map((uri) => [uri, { id: log, uri: log }])) }],
    stateFolder: undefined,
    cwd: folder,
    now: () => timer.now(),
    signal: stop.signal,
    follow: true,
    timer,
    displayMs: 250,
    saves: {
      sink: { write: async (_, { rows }) => void saved.push([rows.length, timer.now() - start]) },
      everyMs: 5000,
      failed: () => {},
    },
    observer: {
      place: () => {},
      rejects: () => {},
      snapshot: () => {},
      huntFailed: () => {},
      displayChanged: (change) => changes.push({ at: timer.now() - start, change }),
      completed: ({ variable, stop: ended }) => complete.push([variable, ended.ms - start, timer.now() - start]),
      progress: () => {},
    },
    sink: { mark: () => undefined, rewind: async () => {}, write: async () => {} },
  });
  // Files are read in their own time; only then the clock moves.
  while (changes.length < 1) await turn();
  while (changes.length < 2 && timer.now() - start < 60_000) {
    timer.pass(100);
    await turn();
  }
  const savedLive = [...saved];
  stop.abort();
  const { results } = await session;
  expect(changes.map(({ change }) => [change.added, change.removed, change.table.total])).toEqual([
    [[[7]], [], 1],
    [[], [[7]], 0],
  ]);
  expect(changes[1]?.at).toBeGreaterThan(10_000);
  expect([...results.values()][0]?.variables).toMatchObject([
    { name: 'p', entities: 0 },
    { name: 'q', entities: 1 },
  ]);
  // Between two turns of the clock a file is written as soon as its 5 s have passed, and when LAST lets go.
  expect(savedLive).toEqual([
    [1, 5000],
    [0, 10_100],
  ]);
  expect(complete).toEqual([['q', 5000, 6100]]);
});
