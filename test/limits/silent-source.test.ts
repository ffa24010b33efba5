import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { loadHunt } from '../../src/cli/load-hunts.ts';
import { runSession } from '../../src/cli/run/run-session.ts';
import { DEFAULT_RUN_LIMITS } from '../../src/hunts/limits/run-limits.ts';
import { emptyObserver } from '../../src/hunts/testing/empty-observer.ts';
import { ManualTimer } from '../support/manual-timer.ts';
import { SESSION_DEFAULTS } from '../support/session-defaults.ts';

const folder = mkdtempSync(join(tmpdir(), 'windhover-silent-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test(
  'a followed file that stops is told once by the clock of the run, also on the event clock',
  { timeout: 60_000 },
  async () => {
    const timer = new ManualTimer();
    const log = join(folder, 'app.log');
    const line = (): string =>
      `${JSON.stringify({
        '@timestamp': new Date(timer.now()).toISOString(),
        event: { sf_type: 'PE', action: 'process-start' },
        host: { id: 'h' },
        process: { pid: 7, name: 'sh', executable: '/bin/sh', thread: { id: 1 } },
      })}\n`;
    writeFileSync(log, line());
    const path = join(folder, 'hunt.hf');
    writeFileSync(path, "p = GET process FROM logs WHERE name = 'sh'");
    const { hunt } = await loadHunt(path, { cwd: folder, env: {} });
    if (hunt === undefined) throw new Error('the hunt does not check');
    const stop = new AbortController();
    const told: string[] = [];
    let records = 0;
    const session = runSession({
      ...SESSION_DEFAULTS,
      hunts: [{ hunt, sources: new Map(hunt.plan.sources.map((uri) => [uri, { id: 'logs', uri: log }])) }],
      stateFolder: undefined,
      limits: { ...DEFAULT_RUN_LIMITS, silentAfterMs: 10_000 },
      cwd: folder,
      now: () => timer.now(),
      signal: stop.signal,
      follow: true,
      clock: 'event',
      timer,
      observer: {
        ...emptyObserver,
        notice: (source, { code }) => told.push(`${source} ${code}`),
        progress: (counts) => (records = counts.records),
      },
      huntChanged: () => {},
      sink: { mark: () => undefined, rewind: async () => {}, write: async () => {} },
    });
    /** Files are read in their own time: the clock moves on only while nothing has happened yet. */
    const until = async (happened: () => boolean): Promise<void> => {
      while (!happened()) {
        await turn();
        timer.pass(100);
        await turn();
      }
    };
    const isRead = (): boolean => records > 0;
    while (!isRead()) await turn();
    await until(() => told.includes('logs source-silent'));
    timer.pass(60_000);
    await turn();
    appendFileSync(log, line());
    await until(() => told.includes('logs source-resumed'));
    stop.abort();
    await session;
    expect(told.filter((each) => /source-(?:silent|resumed)/.test(each))).toEqual([
      'logs source-silent',
      'logs source-resumed',
    ]);
  },
);
