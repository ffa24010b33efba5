import { describe, expect, test } from 'vitest';
import { ManualTimer } from '../../test/support/manual-timer.ts';
import { PAUSE_MS, withPauses } from './pauses.ts';

/** A stream that gives what is pushed. */
class Pushed implements AsyncIterable<Uint8Array> {
  readonly #chunks: (string | undefined)[] = [];
  #wake = (): void => {};

  push(...chunks: (string | undefined)[]): void {
    this.#chunks.push(...chunks);
    this.#wake();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    for (;;) {
      while (this.#chunks.length > 0) {
        const chunk = this.#chunks.shift();
        if (chunk === undefined) return;
        yield Buffer.from(chunk);
      }
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function start(signal?: AbortSignal): { stream: Pushed; timer: ManualTimer; got: string[]; done: Promise<void> } {
  const stream = new Pushed();
  const timer = new ManualTimer();
  const got: string[] = [];
  const done = (async () => {
    for await (const chunk of withPauses(stream, timer, signal)) got.push(chunk === undefined ? '|' : String(chunk));
    got.push('end');
  })();
  return { stream, timer, got, done };
}

describe('a live stream', () => {
  test('pauses once, a while after its first bytes, where no more are at hand', async () => {
    const { stream, timer, got, done } = start();
    await turn();
    timer.pass(10 * PAUSE_MS);
    await turn();
    expect(got).toEqual([]);
    stream.push('a');
    await turn();
    timer.pass(PAUSE_MS - 1);
    await turn();
    expect(got).toEqual(['a']);
    timer.pass(1);
    await turn();
    timer.pass(10 * PAUSE_MS);
    await turn();
    expect(got).toEqual(['a', '|']);
    stream.push(undefined);
    await done;
    expect(got).toEqual(['a', '|', 'end']);
    expect(timer.waiting).toBe(0);
  });

  test('that trickles is cut in time', async () => {
    const { stream, timer, got, done } = start();
    for (const chunk of ['a', 'b', 'c', 'd', 'e', 'f']) {
      stream.push(chunk);
      await turn();
      timer.pass(PAUSE_MS / 4);
      await turn();
    }
    stream.push(undefined);
    await done;
    expect(got).toEqual(['a', 'b', 'c', 'd', '|', 'e', 'f', 'end']);
  });

  test('that always has more is not cut, however long that takes', async () => {
    const { stream, timer, got, done } = start();
    stream.push(...Array.from({ length: 50 }, () => 'x'));
    while (got.length < 50) {
      timer.pass(0);
      await Promise.resolve();
    }
    stream.push(undefined);
    await done;
    expect(got.join('')).toBe(`${'x'.repeat(50)}end`);
  });

  test('ends with the signal, although nobody writes', async () => {
    const stop = new AbortController();
    const { stream, got, done } = start(stop.signal);
    stream.push('a');
    await turn();
    stop.abort();
    await done;
    expect(got).toEqual(['a', 'end']);
  });
});
