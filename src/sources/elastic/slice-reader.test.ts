import { describe, expect, test } from 'vitest';
import { ElasticFailure, type SearchAnswer, type SearchHit } from './elastic-gateway.ts';
import { SliceReader } from './slice-reader.ts';

/** A server whose answers wait until they are let go. */
class HeldServer {
  readonly #left: (() => SearchAnswer)[];
  readonly #waiting: (() => void)[] = [];
  asked = 0;
  mostAtOnce = 0;

  constructor(pages: readonly (readonly number[] | Error)[]) {
    this.#left = pages.map((page) => () => {
      if (page instanceof Error) throw page;
      const hits = page.map((at): SearchHit => ({ index: 'a', id: String(at), source: {}, sort: [`t${at}`, at] }));
      return { pit: 'p', hits, bytes: 10 };
    });
  }

  readonly fetch = async (): Promise<SearchAnswer> => {
    this.asked++;
    await new Promise<void>((resolve) => {
      this.#waiting.push(resolve);
      this.mostAtOnce = Math.max(this.mostAtOnce, this.#waiting.length);
    });
    return (this.#left.shift() as () => SearchAnswer)();
  };

  get outstanding(): number {
    return this.#waiting.length;
  }

  async letGo(): Promise<void> {
    this.#waiting.shift()?.();
    await new Promise(setImmediate);
  }
}

describe('a slice of a point in time', () => {
  test('asks for the next page while one is worked on, one at a time, and for no more than two', async () => {
    const server = new HeldServer([[1, 2], [3, 4], [5, 6], [7]]);
    const reader = new SliceReader(server.fetch, 2);
    expect(server.outstanding).toBe(1);
    await server.letGo();
    // Nobody has looked at the first page yet.
    expect([server.asked, server.outstanding]).toEqual([2, 1]);
    await server.letGo();
    expect([server.asked, server.outstanding]).toEqual([2, 0]);
    await reader.fill();
    expect([server.asked, server.outstanding]).toEqual([3, 1]);
    const seen: unknown[] = [];
    for (;;) {
      const filled = reader.isEmpty ? reader.fill() : undefined;
      while (server.outstanding > 0) await server.letGo();
      await filled;
      if (reader.head === undefined) break;
      seen.push(reader.head.id);
      reader.take();
    }
    expect(seen).toEqual(['1', '2', '3', '4', '5', '6', '7']);
    expect([server.asked, server.mostAtOnce]).toEqual([4, 1]);
  });

  test('tells what failed when its turn comes', async () => {
    const failure = new ElasticFailure('expired', 404, 'search_phase_execution_exception', 'no search context');
    const server = new HeldServer([[1, 2], failure]);
    const reader = new SliceReader(server.fetch, 2);
    await server.letGo();
    await server.letGo();
    await reader.fill();
    expect(reader.head?.id).toBe('1');
    reader.take();
    expect(reader.head?.id).toBe('2');
    reader.take();
    await expect(reader.fill()).rejects.toBe(failure);
    await expect(reader.fill()).rejects.toBe(failure);
  });
});
