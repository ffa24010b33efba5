import { describe, expect, test } from 'vitest';
import { wholeStateRange } from '../../store/state-keys.ts';
import { MemoryStateStore } from '../../store/memory-state-store.ts';
import { ReleasedRevisions } from './released-revisions.ts';

const some = (prefix: string, count: number, revision = 1): { id: string; revision: number }[] =>
  Array.from({ length: count }, (_, i) => ({ id: `${prefix}${i}`, revision }));

async function keys(store: MemoryStateStore): Promise<number> {
  let count = 0;
  const { from, to } = wholeStateRange();
  for await (const _ of store.range(from, to)) count++;
  return count;
}

describe('revisions of hunts that gave their state back', () => {
  test('are given to the hunt of that id, each in its highest number, and gone then', async () => {
    const store = new MemoryStateStore();
    const released = new ReleasedRevisions(store, []);
    await store.write(released.add('a', some('x', 2500, 3)));
    await store.write(released.add('b', some('y', 2)));
    await store.write(released.add('a', some('x', 2, 2)));
    const opened = new ReleasedRevisions(store, released.chunks);
    expect(await opened.of('a')).toEqual(some('x', 2500, 3));
    expect(await opened.of('c')).toEqual([]);
    await store.write(opened.drop('a'));
    expect(await opened.of('a')).toEqual([]);
    expect(await opened.of('b')).toEqual(some('y', 2));
    expect(await keys(store)).toBe(1);
  });

  test('are bounded: those that have been kept for longest go', async () => {
    const store = new MemoryStateStore();
    const released = new ReleasedRevisions(store, [], 3000);
    await store.write(released.add('a', some('x', 1500)));
    await store.write(released.add('b', some('y', 1400)));
    expect(await released.of('a')).toHaveLength(1500);
    await store.write(released.add('c', some('z', 200)));
    expect(await released.of('a')).toEqual(some('x', 1500).slice(1000));
    await store.write(released.add('d', some('w', 9000)));
    expect(await released.of('d')).toEqual(some('w', 9000).slice(6000));
    expect(await Promise.all(['a', 'b', 'c'].map((hunt) => released.of(hunt)))).toEqual([[], [], []]);
    expect(await keys(store)).toBe(3);
  });
});
