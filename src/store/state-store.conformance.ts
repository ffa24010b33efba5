import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import * as fc from 'fast-check';
import { compareBytes } from './compare-bytes.ts';
import type { StateEntry, StateStore, StateWrite } from './state-store.ts';

/** What the suite needs to know of an adapter. */
export interface StateStoreUnderTest {
  readonly name: string;
  /** A store that holds nothing yet. */
  readonly open: () => Promise<StateStore>;
  /** Opens again what the last store of `open` wrote; absent where nothing outlives a store. */
  readonly reopen?: () => Promise<StateStore>;
  readonly clean?: () => Promise<void>;
}

const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'latin1'));
const text = (value: Uint8Array | null): string | null =>
  value === null ? null : Buffer.from(value).toString('latin1');
const put = (key: string, value: string): StateWrite => ({ kind: 'put', key: bytes(key), value: bytes(value) });
const END = bytes('\xff\xff\xff\xff');

async function entries(range: AsyncIterable<StateEntry>): Promise<string[][]> {
  const found: string[][] = [];
  for await (const { key, value } of range) found.push([text(key)!, text(value)!]);
  return found;
}

/** Registers the tests that every state store has to pass. */
export function testStateStore(subject: StateStoreUnderTest): void {
  describe(`${subject.name} as a state store`, () => {
    let store: StateStore;

    beforeEach(async () => {
      store = await subject.open();
    });
    afterEach(async () => {
      await store.close();
      await subject.clean?.();
    });

    it('gives back what was put, null for what was not, and keeps empty values apart from absent ones', async () => {
      await store.write([put('a', '1'), put('empty', '')]);
      expect(text(await store.get(bytes('a')))).toBe('1');
      expect(text(await store.get(bytes('empty')))).toBe('');
      expect(await store.get(bytes('b'))).toBe(null);
      expect(await store.get(bytes('a'))).toStrictEqual(new Uint8Array([49]));
    });

    it('answers getMany in the order asked, repeats and gaps included', async () => {
      await store.write([put('a', '1'), put('b', '2')]);
      const values = await store.getMany(['b', 'x', 'a', 'b'].map(bytes));
      expect(values.map(text)).toEqual(['2', null, '1', '2']);
      expect(await store.getMany([])).toEqual([]);
    });

    it('orders by unsigned bytes, a prefix before what it begins', async () => {
      const keys = ['\x00', '\x00\x00', '\x7f', '\x80', '\xff', '\xff\x00', 'a', 'ab', 'b'];
      await store.write(keys.map((key) => put(key, key)));
      const found = (await entries(store.range(bytes(''), END))).map(([key]) => key);
      expect(found).toEqual([...keys].sort((a, b) => compareBytes(bytes(a), bytes(b))));
    });

    it('takes the lower bound in and leaves the upper one out', async () => {
      await store.write([put('a', '1'), put('b', '2'), put('c', '3')]);
      expect(await entries(store.range(bytes('a'), bytes('c')))).toEqual([
        ['a', '1'],
        ['b', '2'],
      ]);
      expect(await entries(store.range(bytes('c'), bytes('a')))).toEqual([]);
      expect(await entries(store.range(bytes('b'), bytes('b')))).toEqual([]);
      expect(await entries(store.range(bytes(''), bytes('')))).toEqual([]);
    });

    it('applies a batch in its order, the last write of a key holding', async () => {
      await store.write([put('k', '1'), { kind: 'delete', key: bytes('k') }, put('k', '2'), put('gone', '1')]);
      await store.write([
        { kind: 'delete', key: bytes('gone') },
        { kind: 'delete', key: bytes('never') },
      ]);
      expect((await store.getMany([bytes('k'), bytes('gone')])).map(text)).toEqual(['2', null]);
    });

    it('deletes ranges, in order with the other writes, and survives ranges that hold nothing', async () => {
      await store.write(['a', 'b', 'c', 'd'].map((key) => put(key, key)));
      await store.write([
        put('bb', 'before'),
        { kind: 'delete-range', from: bytes('b'), to: bytes('d') },
        put('c', 'after'),
        { kind: 'delete-range', from: bytes('z'), to: bytes('a') },
      ]);
      expect((await entries(store.range(bytes(''), END))).map(([key, value]) => `${key}=${value}`)).toEqual([
        'a=a',
        'c=after',
        'd=d',
      ]);
      await store.write([]);
      await store.write([put('still', 'writable')]);
      expect(text(await store.get(bytes('still')))).toBe('writable');
    });

    it('copies on the way in and out', async () => {
      const frame = bytes('..key..value..');
      const write = store.write([{ kind: 'put', key: frame.subarray(2, 5), value: frame.subarray(7, 12) }]);
      frame.fill(0);
      await write;
      const value = (await store.get(bytes('key')))!;
      expect(text(value)).toBe('value');
      value.fill(0);
      expect(text(await store.get(bytes('key')))).toBe('value');
    });

    it('shows a range as it was when reading it began', async () => {
      await store.write(Array.from({ length: 1500 }, (_, i) => put(String(i).padStart(4, '0'), 'old')));
      const seen: string[] = [];
      for await (const { key, value } of store.range(bytes('0'), bytes(':'))) {
        if (seen.length === 0) {
          await store.write([
            { kind: 'delete-range', from: bytes('1000'), to: bytes('1100') },
            put('1200', 'new'),
            put('12005', 'new'),
          ]);
        }
        seen.push(`${text(key)}=${text(value)}`);
      }
      expect(seen.length).toBe(1500);
      expect(seen.every((entry) => entry.endsWith('=old'))).toBe(true);
    });

    it('lets a reader stop in the middle of a range', async () => {
      await store.write(Array.from({ length: 2000 }, (_, i) => put(`k${i}`, 'v')));
      for await (const entry of store.range(bytes('k'), bytes('l'))) {
        expect(text(entry.key)).toBe('k0');
        break;
      }
      expect(text(await store.get(bytes('k1999')))).toBe('v');
    });

    it('keeps large values and many keys', async () => {
      const large = new Uint8Array(3_000_000).map((_, i) => i % 251);
      await store.write([{ kind: 'put', key: bytes('large'), value: large }]);
      await store.write(Array.from({ length: 20_000 }, (_, i) => put(`n${String(i).padStart(6, '0')}`, String(i))));
      expect(Buffer.compare((await store.get(bytes('large')))!, large)).toBe(0);
      const found = await entries(store.range(bytes('n'), bytes('o')));
      expect(found.length).toBe(20_000);
      expect(found[19_999]).toEqual(['n019999', '19999']);
      const keys = Array.from({ length: 5000 }, (_, i) => bytes(`n${String(i * 3).padStart(6, '0')}`));
      expect((await store.getMany(keys)).map(text)).toEqual(keys.map((_, i) => String(i * 3)));
    });

    it('takes writes that run side by side', async () => {
      await Promise.all(Array.from({ length: 50 }, (_, i) => store.write([put(`p${i}`, String(i))])));
      expect((await entries(store.range(bytes('p'), bytes('q')))).length).toBe(50);
    });

    it('rejects every call after close, and closing twice is harmless', async () => {
      await store.write([put('a', '1'), put('b', '1')]);
      const reading = store.range(bytes('a'), bytes('z'))[Symbol.asyncIterator]();
      await reading.next();
      await store.close();
      await store.close();
      const closed = { code: 'state-closed' };
      await expect(reading.next()).rejects.toMatchObject(closed);
      await expect(store.get(bytes('a'))).rejects.toMatchObject(closed);
      await expect(store.getMany([])).rejects.toMatchObject(closed);
      await expect(store.write([])).rejects.toMatchObject(closed);
      await expect(entries(store.range(bytes('a'), bytes('b')))).rejects.toMatchObject(closed);
    });

    it('behaves as a sorted map under any sequence of writes', async () => {
      const key = fc.string({ unit: fc.constantFrom('\x00', 'a', 'b', '\xff'), maxLength: 3 });
      const write = fc.oneof(
        fc.record({ kind: fc.constant('put' as const), key, value: fc.string({ unit: fc.constantFrom('x', 'y') }) }),
        fc.record({ kind: fc.constant('delete' as const), key }),
        fc.record({ kind: fc.constant('delete-range' as const), from: key, to: key }),
      );
      await fc.assert(
        fc.asyncProperty(fc.array(fc.array(write, { maxLength: 8 }), { maxLength: 5 }), async (batches) => {
          await store.write([{ kind: 'delete-range', from: bytes(''), to: END }]);
          const model = new Map<string, string>();
          for (const batch of batches) {
            await store.write(
              batch.map((w): StateWrite =>
                w.kind === 'put'
                  ? put(w.key, w.value)
                  : w.kind === 'delete'
                    ? { kind: 'delete', key: bytes(w.key) }
                    : { kind: 'delete-range', from: bytes(w.from), to: bytes(w.to) },
              ),
            );
            for (const w of batch) {
              if (w.kind === 'put') model.set(w.key, w.value);
              else if (w.kind === 'delete') model.delete(w.key);
              else for (const k of model.keys()) if (k >= w.from && k < w.to) model.delete(k);
            }
            const expected = [...model].sort(([a], [b]) => (a < b ? -1 : 1));
            expect(await entries(store.range(bytes(''), END))).toEqual(expected);
          }
        }),
        { numRuns: 60 },
      );
    });

    const reopen = subject.reopen;
    it.skipIf(reopen === undefined)('keeps everything over closing and opening again', async () => {
      await store.write([put('a', '1'), put('b', ''), put('c', '3')]);
      await store.write([{ kind: 'delete', key: bytes('c') }]);
      await store.close();
      store = await reopen!();
      expect(await entries(store.range(bytes(''), END))).toEqual([
        ['a', '1'],
        ['b', ''],
      ]);
    });
  });
}
