import { describe, expect, test } from 'vitest';
import { ManualTimer } from '../../../test/support/manual-timer.ts';
import { DiskGuard, type DiskSpace } from './disk-guard.ts';

const MIB = 1024 * 1024;
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

interface Watched {
  readonly guard: DiskGuard;
  readonly timer: ManualTimer;
  readonly told: string[];
  disk: DiskSpace | Error;
  looks: number;
}

function watched(options: { waits: boolean; stateMaxBytes?: number }): Watched {
  const timer = new ManualTimer();
  const told: string[] = [];
  const state: Watched = {
    timer,
    told,
    disk: { free: 500 * MIB, used: 10 * MIB },
    looks: 0,
    guard: new DiskGuard({
      limits: { stateFreeBytes: 100 * MIB, stateMaxBytes: options.stateMaxBytes ?? Infinity },
      measure: async () => {
        state.looks++;
        if (state.disk instanceof Error) throw state.disk;
        return state.disk;
      },
      timer,
      waits: options.waits,
      observer: { full: (reason) => told.push(reason), room: () => told.push('room') },
    }),
  };
  return state;
}

describe('the guard of the disk', () => {
  test('looks at most once a second', async () => {
    const state = watched({ waits: true });
    for (let i = 0; i < 100; i++) {
      expect(await state.guard.hasRoom()).toBe(true);
      state.timer.pass(100);
    }
    expect(state.looks).toBe(10);
  });

  test('lets the input of a live run wait, says so once, and lets it go on by itself', async () => {
    const state = watched({ waits: true });
    state.disk = { free: 99 * MIB, used: 0 };
    let turns = 0;
    let isDone = false;
    const waiting = state.guard.room(new AbortController().signal, () => turns++).then(() => (isDone = true));
    for (let i = 0; i < 5; i++) {
      await turn();
      state.timer.pass(5000);
    }
    await turn();
    expect([isDone, turns]).toEqual([false, 6]);
    state.disk = { free: 100 * MIB, used: 0 };
    state.timer.pass(5000);
    await waiting;
    expect(state.told).toEqual(['99 MiB free on its disk, less than 100 MiB', 'room']);
  });

  test('lets an interrupted run end', async () => {
    const state = watched({ waits: true });
    state.disk = { free: 0, used: 0 };
    const stop = new AbortController();
    const waiting = state.guard.room(stop.signal, () => {});
    await turn();
    stop.abort();
    await waiting;
    expect(state.timer.waiting).toBe(0);
  });

  test('ends a run over input that ends, with the remedy', async () => {
    const state = watched({ waits: false, stateMaxBytes: 20 * MIB });
    state.disk = { free: 500 * MIB, used: 21 * MIB };
    const room = state.guard.room(new AbortController().signal, () => {});
    await expect(room).rejects.toMatchObject({
      code: 'state-disk-full',
      exitCode: 3,
      message: 'The state has no room: its folder holds 21 MiB, more than 20 MiB.',
    });
    expect(state.told).toEqual([]);
  });

  test('holds nothing back where the disk cannot be measured', async () => {
    const state = watched({ waits: true });
    state.disk = new Error('EACCES');
    expect(await state.guard.hasRoom()).toBe(true);
  });
});
