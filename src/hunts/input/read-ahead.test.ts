import { describe, expect, test } from 'vitest';
import { SourceError } from '../../errors/windhover-error.ts';
import { AheadBudget } from './ahead-budget.ts';
import { ReadAhead } from './read-ahead.ts';
import { HeldPlace, settled } from './testing/held-place.ts';

const KIB = 1024;
const CHUNK = 'x'.repeat(256 * KIB);
const broken = new SourceError('source-truncated', 'p breaks off', { hint: 'None.' });

function read(bytes: AsyncIterable<{ readonly bytes: Uint8Array }>): () => Promise<string | undefined> {
  const iterator = bytes[Symbol.asyncIterator]();
  return async () => {
    const next = await iterator.next();
    return next.done === true ? undefined : Buffer.from(next.value.bytes).toString().slice(0, 1);
  };
}

describe('a place that is read ahead', () => {
  test('is read while a chunk is worked on: one read at a time, up to what one place may take', async () => {
    const place = new HeldPlace(
      'p',
      Array.from({ length: 9 }, (_, i) => `${i}${CHUNK.slice(1)}`),
    );
    const next = read(new ReadAhead(place, new AheadBudget(8192 * KIB, 1024 * KIB)).open(0));
    const first = next();
    expect(place.outstanding).toBe(1);
    await place.letGo();
    expect(await first).toBe('0');
    // Nobody asks for more, and yet four chunks come, and no fifth.
    await place.letGo(9);
    expect([place.reads, place.outstanding, place.mostAtOnce]).toEqual([5, 0, 1]);
    expect(await next()).toBe('1');
    expect([place.reads, place.outstanding]).toEqual([6, 1]);
    place.free = true;
    await place.letGo();
    for (let i = 2; i < 9; i++) expect(await next()).toBe(String(i));
    expect([await next(), await next()]).toEqual([undefined, undefined]);
    expect(place.handles).toBe(0);
  });

  test('all places together take no more than the budget; whoever waits for a chunk gets it all the same', async () => {
    const budget = new AheadBudget(512 * KIB, 1024 * KIB);
    const greedy = new HeldPlace('a', Array<string>(9).fill(CHUNK));
    const other = new HeldPlace('b', Array<string>(9).fill(CHUNK));
    greedy.free = true;
    other.free = true;
    const reader = new ReadAhead(greedy, budget);
    const next = read(reader.open(0));
    await next();
    await settled();
    expect(greedy.reads).toBe(3);
    const nextOther = read(new ReadAhead(other, budget).open(0));
    expect(await nextOther()).toBe('x');
    await settled();
    expect(other.reads).toBe(1);
    // What was read for nobody is given back.
    await reader.close();
    expect(await nextOther()).toBe('x');
    await settled();
    expect(other.reads).toBe(4);
  });

  test('tells a failure when its turn comes, and then has ended', async () => {
    const place = new HeldPlace('p', ['a', 'b'], broken);
    place.free = true;
    const bytes = new ReadAhead(place, new AheadBudget());
    const next = read(bytes.open(0));
    expect(await next()).toBe('a');
    await settled();
    expect([bytes.isEnded, bytes.brokenOff]).toEqual([true, broken]);
    expect(await next()).toBe('b');
    await expect(next()).rejects.toBe(broken);
    expect(await next()).toBeUndefined();
    expect(place.handles).toBe(0);
  });

  test('reads no further than to a pause of live input', async () => {
    let reads = 0;
    async function* live(): AsyncGenerator<{ bytes: Uint8Array; offset: number; pause?: true }> {
      for (;;) {
        reads++;
        yield { bytes: new Uint8Array(), offset: 0, pause: true };
      }
    }
    const next = read(new ReadAhead({ source: 's', place: 'p', open: live }, new AheadBudget()).open(0));
    await next();
    await settled();
    expect(reads).toBe(2);
  });

  test('without a budget reads what is wanted and no more', async () => {
    const place = new HeldPlace('p', ['a', 'b', 'c']);
    place.free = true;
    const next = read(new ReadAhead(place).open(0));
    expect([await next(), await next()]).toEqual(['a', 'b']);
    await settled();
    expect(place.reads).toBe(2);
  });

  test('its beginning is looked at in the handle that it is read from', async () => {
    const place = new HeldPlace('p', ['abc', 'def', 'g']);
    place.free = true;
    const bytes = new ReadAhead(place, new AheadBudget());
    expect(Buffer.from(await bytes.head(4)).toString()).toBe('abcd');
    expect(Buffer.from(await bytes.head(100)).toString()).toBe('abcdefg');
    const next = read(bytes.open(0));
    expect([await next(), await next(), await next(), await next()]).toEqual(['a', 'd', 'g', undefined]);
    expect(place.opened).toBe(1);
  });

  test('a beginning that cannot be read fails, one that breaks off is what it is', async () => {
    const denied = new SourceError('source-denied', 'p may not be read', { hint: 'None.' });
    for (const failure of [denied, broken]) {
      const place = new HeldPlace('p', ['abc'], failure);
      place.free = true;
      const head = new ReadAhead(place).head(4);
      if (failure === denied) await expect(head).rejects.toBe(denied);
      else expect(Buffer.from(await head).toString()).toBe('abc');
      // What failed lies behind what was asked for.
      expect(Buffer.from(await new ReadAhead(place).head(3)).toString()).toBe('abc');
    }
  });

  test('is closed while a read is on its way: nothing is open when that has come, and nothing more is read', async () => {
    const place = new HeldPlace('p', Array<string>(9).fill(CHUNK));
    const bytes = new ReadAhead(place, new AheadBudget());
    const next = read(bytes.open(0));
    const first = next();
    await place.letGo();
    await first;
    const closed = bytes.close();
    expect(place.outstanding).toBe(1);
    await place.letGo();
    await closed;
    expect([place.handles, place.reads, place.outstanding]).toEqual([0, 2, 0]);
    expect(await next()).toBeUndefined();
    expect(await read(bytes.open(0))()).toBeUndefined();
    expect(place.opened).toBe(1);
  });
});
