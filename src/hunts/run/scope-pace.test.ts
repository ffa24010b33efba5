import { expect, test } from 'vitest';
import { ScopePace } from './scope-pace.ts';

const pace = (options: Partial<ConstructorParameters<typeof ScopePace>[0]> = {}): ScopePace =>
  new ScopePace({ ticks: false, metered: false, saveEveryMs: Infinity, ...options }, 1000);

test('what has changed is committed within 50 ms, and no commit follows another one at once', () => {
  const scope = pace();
  expect([scope.uncommitted, scope.idleMs(1000)]).toEqual([false, Infinity]);
  scope.changed();
  expect([scope.uncommitted, scope.mayCommit(1000), scope.idleMs(1000)]).toEqual([true, true, 0]);
  scope.committed(1000, 1000);
  expect([scope.uncommitted, scope.mayCommit(1049), scope.mayCommit(1050)]).toEqual([false, false, true]);
  scope.changed();
  expect([scope.idleMs(1010), scope.idleMs(1080)]).toEqual([40, 0]);
});

test('files of SAVE are written when something has changed, at most once in their time, and again after a failure', () => {
  const scope = pace({ saveEveryMs: 5000 });
  expect(scope.saveDueIn(9000)).toBe(Infinity);
  scope.changed();
  scope.committed(1000, 1000);
  expect([scope.saveDueIn(1000), scope.saveDueIn(5500), scope.saveDueIn(7000)]).toEqual([5000, 500, 0]);
  expect(scope.idleMs(5500)).toBe(500);
  scope.saved(7000, true);
  expect(scope.saveDueIn(8000)).toBe(4000);
  scope.saved(12_000, false);
  expect(scope.saveDueIn(99_000)).toBe(Infinity);
});

test('a wall clock and a meter make it turn', () => {
  expect(pace({ ticks: true, metered: true }).idleMs(0)).toBe(100);
  expect(pace({ metered: true }).idleMs(0)).toBe(1000);
});

test('commits take no more than a third of the time, half of it where no input waits, and none waits for more than a second', () => {
  const scope = pace();
  scope.committed(1000, 1030);
  expect([scope.mayCommit(1089), scope.mayCommit(1090)]).toEqual([false, true]);
  scope.committed(2000, 2100);
  expect([scope.mayCommit(2299), scope.mayCommit(2300)]).toEqual([false, true]);
  expect([scope.mayCommit(2199, true), scope.mayCommit(2200, true)]).toEqual([false, true]);
  scope.changed();
  expect([scope.idleMs(2160), scope.idleMs(2200)]).toEqual([40, 0]);
  scope.committed(3000, 9000);
  expect([scope.mayCommit(9999), scope.mayCommit(10_000)]).toEqual([false, true]);
  // A wall clock that was set back says nothing of how long it took.
  scope.committed(9000, 3000);
  expect([scope.mayCommit(3049), scope.mayCommit(3050)]).toEqual([false, true]);
});
