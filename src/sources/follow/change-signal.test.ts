import { expect, test } from 'vitest';
import { ManualTimer } from '../../../test/support/manual-timer.ts';
import { ChangeSignal } from './change-signal.ts';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

interface Watched {
  readonly signal: ChangeSignal;
  readonly timer: ManualTimer;
  readonly change: Map<string, () => void>;
  readonly stopped: string[];
}

function watched(folders: readonly string[], canWatch = true): Watched {
  const timer = new ManualTimer();
  const change = new Map<string, () => void>();
  const stopped: string[] = [];
  const signal = new ChangeSignal(timer, (folder, onChange) => {
    if (!canWatch) return undefined;
    change.set(folder, onChange);
    return () => void stopped.push(folder);
  });
  signal.lookBegins();
  signal.watch(new Set(folders));
  return { signal, timer, change, stopped };
}

/** Wall time until it asks for a look. */
async function waits({ signal, timer }: Watched, act: () => void = () => {}): Promise<number> {
  let settled = false;
  const start = timer.now();
  void signal.next().then(() => (settled = true));
  act();
  for (;;) {
    await turn();
    if (settled) return timer.now() - start;
    timer.pass(1);
  }
}

test('a look follows 20 ms after the first change, and a second later anyway', async () => {
  const world = watched(['a']);
  // The folder is new: what happened before it was watched is looked for at once.
  expect(await waits(world)).toBe(20);
  world.signal.lookBegins();
  expect(await waits(world)).toBe(1000);
  world.signal.lookBegins();
  expect(await waits(world, () => world.change.get('a')?.())).toBe(20);
  world.signal.lookBegins();
  world.change.get('a')?.();
  world.timer.pass(15);
  expect(await waits(world, () => world.change.get('a')?.())).toBe(5);
});

test('without events it is looked at more often', async () => {
  const world = watched(['a'], false);
  world.signal.lookBegins();
  expect(await waits(world)).toBe(100);
});

test('looks that take long are rare', async () => {
  const world = watched(['a']);
  world.signal.lookBegins();
  world.timer.pass(500);
  world.signal.lookEnded();
  expect(await waits(world, () => world.change.get('a')?.())).toBe(2000);
});

test('folders that are no longer named are let go, all of them at the end, and none is watched after it', async () => {
  const { signal, stopped, change, timer } = watched(['a', 'b']);
  signal.watch(new Set(['b', 'c']));
  expect(stopped).toEqual(['a']);
  const next = signal.next();
  signal.close();
  await next;
  await signal.next();
  expect(stopped.sort()).toEqual(['a', 'b', 'c']);
  change.clear();
  signal.watch(new Set(['d']));
  expect(change.size).toBe(0);
  expect(timer.waiting).toBe(0);
});
