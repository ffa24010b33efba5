import { describe, expect, test } from 'vitest';
import { ManualTimer } from '../../test/support/manual-timer.ts';
import { SinkError } from '../errors/windhover-error.ts';
import { mergeByTime } from './merge-by-time.ts';
import { PAUSE, type Recorded, type RecordedItem } from './recorded-item.ts';
import { replay, type ReplayOptions, type ReplayOutcome } from './replay.ts';
import type { ReplaySink, Taken } from './replay-sink.ts';

const START = Date.UTC(2026, 0, 1);

function item(number: number, atMs?: number, place = 'a'): RecordedItem {
  return { content: 'document', place, number, bytes: Buffer.from(`{"n":${number}}`), timeMs: atMs };
}

async function* from(...items: readonly Recorded[]): AsyncGenerator<Recorded> {
  yield* items;
}

/** A target that notes when each item came, and can be held up. */
class NotedSink implements ReplaySink {
  readonly maxItems: number;
  readonly maxBytes: number;
  readonly maxDocumentBytes = 1000;
  readonly maxTraceBytes = 1000;
  readonly batches: number[][] = [];
  readonly at: number[] = [];
  readonly #timer: ManualTimer;
  answer: (batch: readonly RecordedItem[]) => Promise<Taken> = (batch) =>
    Promise.resolve({ taken: batch.length, present: 0, refused: 0 });

  constructor(timer: ManualTimer, maxItems = 2, maxBytes = 1000) {
    this.#timer = timer;
    this.maxItems = maxItems;
    this.maxBytes = maxBytes;
  }

  send(items: readonly RecordedItem[]): Promise<Taken> {
    this.batches.push(items.map(({ number }) => number));
    this.at.push(this.#timer.now() - START);
    return this.answer(items);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

/** Lets the time pass from one call to the next until the replay has ended. */
async function through(timer: ManualTimer, run: Promise<ReplayOutcome>): Promise<ReplayOutcome> {
  const over = new AbortController();
  void run.finally(() => over.abort()).catch(() => {});
  for (let turns = 0; !over.signal.aborted && turns < 10_000; turns++) {
    await new Promise((resolve) => setImmediate(resolve));
    if (timer.waiting > 0) timer.pass(10);
  }
  return run;
}

function run(
  items: AsyncIterable<Recorded>,
  sink: ReplaySink,
  timer: ManualTimer,
  options: Partial<ReplayOptions> = {},
): Promise<ReplayOutcome> {
  const { signal } = new AbortController();
  return replay(items, sink, {
    ...{ speed: Infinity, rate: Infinity, skip: 0, timer, signal, progress: () => {} },
    ...options,
  });
}

describe('a replay', () => {
  test('sends in order, in batches of at most so many items and bytes, and waits for nothing', async () => {
    const timer = new ManualTimer(START);
    const sink = new NotedSink(timer);
    const outcome = await run(from(item(1, 5), item(2, 9_999_999), item(3)), sink, timer);
    expect(sink.batches).toEqual([[1, 2], [3]]);
    expect(outcome).toMatchObject({ taken: 3, refused: 0, last: { number: 3 }, failure: undefined });
    const small = new NotedSink(timer, 100, 8);
    await run(from(item(1), item(2)), small, timer);
    expect(small.batches).toEqual([[1], [2]]);
    expect(timer.waiting).toBe(0);
  });

  test('keeps the times of the events, at any speed', async () => {
    const items = [item(1, 1000), item(2, 1010), item(3, 3000), item(4, 2000), item(5, 9000)];
    const timer = new ManualTimer(START);
    const sink = new NotedSink(timer, 10);
    await through(timer, run(from(...items), sink, timer, { speed: 1 }));
    // Neighbours are sent together; what goes back in time is due at once.
    expect(sink.batches).toEqual([[1, 2], [3, 4], [5]]);
    expect(timer.now() - START).toBeGreaterThanOrEqual(7980);
    expect(timer.now() - START).toBeLessThan(8100);
    const fast = new ManualTimer(START);
    const again = new NotedSink(fast, 10);
    await through(fast, run(from(...items), again, fast, { speed: 10 }));
    expect(fast.now() - START).toBeGreaterThanOrEqual(780);
    expect(fast.now() - START).toBeLessThan(900);
  });

  test('keeps to a rate', async () => {
    const timer = new ManualTimer(START);
    const sink = new NotedSink(timer, 1000);
    const items = Array.from({ length: 51 }, (_, i) => item(i));
    await through(timer, run(from(...items), sink, timer, { rate: 10 }));
    expect(timer.now() - START).toBeGreaterThanOrEqual(4980);
    expect(timer.now() - START).toBeLessThan(5100);
  });

  test('sends what waits where live input pauses', async () => {
    const timer = new ManualTimer(START);
    const sink = new NotedSink(timer, 100);
    await run(from(item(1), PAUSE, PAUSE, item(2), item(3)), sink, timer);
    expect(sink.batches).toEqual([[1], [2, 3]]);
  });

  test('leaves out what a call before has sent', async () => {
    const timer = new ManualTimer(START);
    const sink = new NotedSink(timer, 100);
    const outcome = await run(from(item(1), item(2), item(3)), sink, timer, { skip: 2 });
    expect([sink.batches, outcome.taken]).toEqual([[[3]], 1]);
  });

  test('ends on an abort after what is under way, and claims nothing else', async () => {
    const timer = new ManualTimer(START);
    const sink = new NotedSink(timer, 2);
    const abort = new AbortController();
    let confirm = (): void => {};
    sink.answer = (batch) =>
      new Promise((resolve) => {
        confirm = () => resolve({ taken: batch.length, present: 0, refused: 0 });
        abort.abort();
      });
    const running = run(from(item(1), item(2), item(3), item(4), item(5)), sink, timer, { signal: abort.signal });
    await new Promise((resolve) => setImmediate(resolve));
    confirm();
    const outcome = await running;
    expect([sink.batches, outcome.taken, outcome.last?.number]).toEqual([[[1, 2]], 2, 2]);
  });

  test('an abort ends the waiting for a moment that is far away', async () => {
    const timer = new ManualTimer(START);
    const sink = new NotedSink(timer, 100);
    const abort = new AbortController();
    const items = from(item(1, 0), item(2, 1e12));
    const running = run(items, sink, timer, { speed: 1, signal: abort.signal });
    while (timer.waiting === 0) await new Promise((resolve) => setImmediate(resolve));
    abort.abort();
    expect((await running).taken).toBe(1);
    expect(timer.waiting).toBe(0);
  });

  test('tells how far it came when the target takes no more', async () => {
    const timer = new ManualTimer(START);
    const sink = new NotedSink(timer, 1);
    const failure = new SinkError('kafka-unreachable', 'away', { hint: 'Wait.' });
    sink.answer = (batch) =>
      batch[0]?.number === 3 ? Promise.reject(failure) : Promise.resolve({ taken: 1, present: 0, refused: 0 });
    const outcome = await run(from(item(1), item(2), item(3), item(4), item(5)), sink, timer);
    expect(outcome).toMatchObject({ taken: 2, last: { number: 2 }, failure });
    expect(sink.batches.flat()).not.toContain(5);
  });
});

describe('several recordings', () => {
  async function merged(...recordings: readonly (readonly Recorded[])[]): Promise<string[]> {
    const order: string[] = [];
    for await (const each of mergeByTime(recordings.map((one) => from(...one)))) {
      order.push(each === PAUSE ? '-' : `${each.place}${each.number}`);
    }
    return order;
  }

  test('are merged by time, each in its own order, ties as they are named', async () => {
    const a = [item(1, 10), item(2, 30), item(3, 20), item(4, undefined), item(5, 40)];
    const b = [item(1, 10, 'b'), item(2, 25, 'b'), item(3, 35, 'b')];
    expect(await merged(a, b)).toEqual(['a1', 'b1', 'b2', 'a2', 'a3', 'a4', 'b3', 'a5']);
    expect(await merged([], a)).toEqual(['a1', 'a2', 'a3', 'a4', 'a5']);
  });
});
