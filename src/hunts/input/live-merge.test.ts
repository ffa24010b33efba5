import { expect, test } from 'vitest';
import { ManualTimer } from '../../../test/support/manual-timer.ts';
import { LiveMerge } from './live-merge.ts';
import type { BatchSupply, ReadBatch } from './source-reader.ts';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

class Supply implements BatchSupply {
  readonly name: string;
  asked = 0;
  #settle: { resolve: (read: ReadBatch | undefined) => void; reject: (error: unknown) => void } | undefined;

  constructor(name: string) {
    this.name = name;
  }

  next(): Promise<ReadBatch | undefined> {
    this.asked++;
    return new Promise((resolve, reject) => (this.#settle = { resolve, reject }));
  }

  async close(): Promise<void> {
    // Nothing is open.
  }

  give(): void {
    this.#settle?.resolve({ batch: {}, position: {} } as ReadBatch);
  }

  end(): void {
    this.#settle?.resolve(undefined);
  }

  fail(): void {
    this.#settle?.reject(new Error('broken'));
  }
}

test('whichever source is ready comes first, and is asked again only when the next batch is wanted', async () => {
  const [a, b] = [new Supply('a'), new Supply('b')];
  const merge = new LiveMerge([a, b], new ManualTimer(), new AbortController().signal);
  expect(merge.take()).toBeUndefined();
  const waiting = merge.wait(Infinity);
  b.give();
  await waiting;
  a.give();
  await turn();
  expect(merge.take()?.source).toBe('b');
  expect([a.asked, b.asked]).toEqual([1, 1]);
  expect(merge.take()?.source).toBe('a');
  expect([a.asked, b.asked]).toEqual([1, 2]);
  expect(merge.take()).toBeUndefined();
  a.end();
  await turn();
  expect(merge.ended).toBe(false);
  b.end();
  await merge.wait(Infinity);
  expect(merge.ended).toBe(true);
});

test('waiting ends with time, with the signal, and leaves nothing behind', async () => {
  const timer = new ManualTimer();
  const stop = new AbortController();
  const merge = new LiveMerge([new Supply('a')], timer, stop.signal);
  merge.take();
  const first = merge.wait(100);
  timer.pass(100);
  await first;
  const second = merge.wait(100);
  stop.abort();
  await second;
  await merge.wait(100);
  expect(timer.waiting).toBe(0);
});

test('what a source throws is thrown', async () => {
  const a = new Supply('a');
  const merge = new LiveMerge([a], new ManualTimer(), new AbortController().signal);
  merge.take();
  a.fail();
  await merge.wait(Infinity);
  expect(() => merge.take()).toThrow('broken');
});
