import { describe, expect, test } from 'vitest';
import { UsageError } from '../../errors/windhover-error.ts';
import { HuntReload, type HuntReloadOptions } from './hunt-reload.ts';
import type { RunLog } from '../log/run-log.ts';
import type { ReadAgain } from './read-hunts-again.ts';

/** Lets everything that waits for nothing outside go on. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function setup(): {
  readonly reload: HuntReload;
  readonly told: string[];
  readonly reads: ((next: ReadAgain | Error) => void)[];
  readonly start: (more?: Partial<HuntReloadOptions>) => void;
} {
  const told: string[] = [];
  const log: RunLog = {
    format: 'json',
    event: (name) => Promise.resolve(void told.push(name)),
    events: () => Promise.resolve(),
  };
  const reads: ((next: ReadAgain | Error) => void)[] = [];
  const read = (): Promise<ReadAgain> =>
    new Promise((resolve, reject) => {
      reads.push((next) => (next instanceof Error ? reject(next) : resolve(next)));
    });
  const reload = new HuntReload();
  const options = { log, hunts: [], check: () => {}, read, taken: () => void told.push('taken') };
  return { reload, told, reads, start: (more) => reload.start({ ...options, ...more }) };
}

const CHANGED: ReadAgain = { hunts: [], changed: 1, kept: 0, bad: [] };
const SAME: ReadAgain = { hunts: [], changed: 0, kept: 0, bad: [] };

describe('reading hunts again', () => {
  test('what is asked for before the run is ready is met once, then', async () => {
    const { reload, reads, start, told } = setup();
    reload.request();
    reload.request();
    expect(told).toEqual([]);
    start();
    expect(reads).toHaveLength(1);
    reads[0]?.(SAME);
    await settled();
    expect(told).toEqual(['reload-started', 'reload-done']);
    expect(reload.due.aborted).toBe(false);
  });

  test('what comes while hunts are read, or wait to be taken, is one more reading behind it', async () => {
    const { reload, reads, start, told } = setup();
    start();
    reload.request();
    reload.request();
    const { due } = reload;
    reads[0]?.(CHANGED);
    await settled();
    reload.request();
    expect([due.aborted, reads.length]).toEqual([true, 1]);
    expect(reload.take()).toEqual([]);
    expect(told).toEqual(['reload-started', 'taken', 'reload-done', 'reload-started']);
    expect([reload.due.aborted, reads.length]).toEqual([false, 2]);
    reads[1]?.(SAME);
    await settled();
    expect(told.slice(4)).toEqual(['reload-done']);
    expect(reads).toHaveLength(2);
  });

  test('what is refused, or fails, changes nothing, and the next request is met', async () => {
    const { reload, reads, start, told } = setup();
    let isRefused = true;
    start({
      check: () => {
        if (isRefused) throw new UsageError('reload-state', 'm', 'h');
      },
    });
    reload.request();
    await settled();
    expect([told, reads.length]).toEqual([['reload-started', 'reload-refused'], 0]);
    isRefused = false;
    reload.request();
    reads[0]?.(new Error('a defect'));
    await settled();
    expect(told.slice(2)).toEqual(['reload-started', 'reload-refused']);
    reload.request();
    expect(reads).toHaveLength(2);
    expect(reload.due.aborted).toBe(false);
  });
});
