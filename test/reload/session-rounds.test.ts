import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { loadHunt } from '../../src/cli/load-hunts.ts';
import { runSession } from '../../src/cli/run/run-session.ts';
import type { SessionHunt } from '../../src/cli/run/session-options.ts';
import type { SessionResult } from '../../src/cli/run/session-result.ts';
import { StateError } from '../../src/errors/windhover-error.ts';
import { MemoryStateStore } from '../../src/store/memory-state-store.ts';
import type { StateWrite } from '../../src/store/state-store.ts';
import { SESSION_DEFAULTS } from '../support/session-defaults.ts';

const folder = mkdtempSync(join(tmpdir(), 'windhover-rounds-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const log = join(folder, 's.ndjson');
const record = {
  '@timestamp': '2026-01-01T00:00:00Z',
  event: { sf_type: 'PE', action: 'process-start' },
  host: { id: 'h' },
  process: { pid: 1, start: '2026-01-01T00:00:00Z', name: 'sh', executable: '/bin/sh', thread: { id: 1 } },
};
writeFileSync(log, `${JSON.stringify(record)}\n`);

async function hunt(name: string): Promise<SessionHunt> {
  const path = join(folder, `${name}.hf`);
  writeFileSync(path, `${name} = GET process FROM s WHERE name = 'sh'`);
  const { hunt: compiled } = await loadHunt(path, { cwd: folder, env: {} });
  if (compiled === undefined) throw new Error('the hunt does not check');
  return { hunt: compiled, sources: new Map(compiled.plan.sources.map((uri) => [uri, { id: log, uri: log }])) };
}

class BreakableStore extends MemoryStateStore {
  isBroken = false;

  override async write(batch: readonly StateWrite[]): Promise<void> {
    if (this.isBroken) throw new StateError('state-write', 'the disk is full', { hint: 'Make room.' });
    await super.write(batch);
  }
}

/** A session of the hunt `a`, for which `b` is due from the start; `breaks`: its commits fail. */
async function exchanged(breaks: boolean): Promise<{ readonly result: SessionResult; readonly taken: number }> {
  const store = new BreakableStore();
  const stop = new AbortController();
  let due = AbortSignal.abort();
  let taken = 0;
  const b = await hunt('b');
  const nothing = (): void => {};
  const result = await runSession({
    ...SESSION_DEFAULTS,
    hunts: [await hunt('a')],
    stateFolder: folder,
    openStore: async () => store,
    retentionMs: undefined,
    cwd: folder,
    now: () => Date.UTC(2026, 0, 1),
    signal: stop.signal,
    // Live scopes begin and end, with a commit, also where others are due.
    follow: breaks,
    observer: { place: nothing, rejects: nothing, snapshot: nothing, huntFailed: nothing, progress: nothing },
    meter: {
      now: () => 0,
      // Everything before the first commit of a scope has been written.
      expect: () => (store.isBroken = breaks),
      opened: nothing,
      // The second round reads to its end, and then waits for another.
      closed: () => (taken === 1 ? stop.abort() : undefined),
      turned: nothing,
      epoch: nothing,
      committed: nothing,
      loaded: nothing,
    },
    sink: { mark: () => undefined, rewind: async () => {}, write: async () => {} },
    exchange: {
      get due() {
        return due;
      },
      take: () => {
        taken++;
        due = new AbortController().signal;
        return [b];
      },
    },
  });
  return { result, taken };
}

describe('other hunts for a session', () => {
  test('run over the state of the round before, and theirs is the answer', async () => {
    const { result, taken } = await exchanged(false);
    expect(taken).toBe(1);
    expect(result.failures).toEqual([]);
    expect([...result.results.values()].map(({ variables }) => variables)).toMatchObject([
      [{ name: 'b', entities: 1 }],
    ]);
    expect(result.input.records).toBe(1);
  });

  test('are not taken where the state could not be written: nothing is committed to it any more', async () => {
    const { result, taken } = await exchanged(true);
    expect(taken).toBe(0);
    expect(result.failures).toMatchObject([{ error: { code: 'state-write' } }]);
  });
});
