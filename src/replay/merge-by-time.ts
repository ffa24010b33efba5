import { PAUSE, type Recorded } from './recorded-item.ts';

interface Head {
  readonly items: AsyncIterator<Recorded>;
  item: Recorded;
  /** Greatest event time so far: what goes back in time keeps its place in its file. */
  atMs: number;
}

/**
 * Several recordings as one, by event time; each keeps its own order, and of equal times the one named first comes first.
 * All are open at once.
 */
export async function* mergeByTime(
  recordings: readonly AsyncIterable<Recorded>[],
): AsyncGenerator<Recorded, void, undefined> {
  const heads: Head[] = [];
  try {
    for (const recording of recordings) {
      const items = recording[Symbol.asyncIterator]();
      const head: Head = { items, item: PAUSE, atMs: -Infinity };
      if (await advance(head)) heads.push(head);
    }
    while (heads.length > 0) {
      let first = heads[0] as Head;
      for (const head of heads) if (head.atMs < first.atMs) first = head;
      yield first.item;
      if (!(await advance(first))) heads.splice(heads.indexOf(first), 1);
    }
  } finally {
    for (const { items } of heads) await items.return?.();
  }
}

async function advance(head: Head): Promise<boolean> {
  const next = await head.items.next();
  if (next.done === true) return false;
  head.item = next.value;
  if (next.value !== PAUSE) head.atMs = Math.max(head.atMs, next.value.timeMs ?? head.atMs);
  return true;
}
