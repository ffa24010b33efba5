import type { ByteChunk } from '../../telemetry/decoder.ts';
import type { AheadBudget } from './ahead-budget.ts';

/**
 * The chunks of a place, as they come. While someone works on one the next ones are being read, one at a time, as far as
 * the budget allows. What ends the reading is told behind the chunks before it, in its turn.
 */
export class AheadBytes implements AsyncIterableIterator<ByteChunk> {
  readonly #chunks: AsyncIterator<ByteChunk>;
  readonly #budget: AheadBudget;
  readonly #ready: ByteChunk[] = [];
  /** The read that is on its way; never rejects. */
  #coming: Promise<void> | undefined;
  /** Taken from the budget. */
  #held = 0;
  #ended = false;
  #failure: { readonly error: unknown } | undefined;
  #closed = false;

  constructor(chunks: AsyncIterable<ByteChunk>, budget: AheadBudget) {
    this.#chunks = chunks[Symbol.asyncIterator]();
    this.#budget = budget;
  }

  /** Nothing is left to be read. */
  get isEnded(): boolean {
    return this.#ended;
  }

  /** What ended the reading, where that was no end. */
  get failure(): unknown {
    return this.#failure?.error;
  }

  /** The first bytes, at least `limit` where the place has so many; they are given again. Call it before `next`. */
  async peek(limit: number): Promise<Uint8Array> {
    const size = (): number => this.#ready.reduce((sum, { bytes }) => sum + bytes.length, 0);
    while (size() < limit && !this.#ended && !this.#closed) await this.#pull();
    return Buffer.concat(this.#ready.map(({ bytes }) => bytes)).subarray(0, limit);
  }

  async next(): Promise<IteratorResult<ByteChunk, undefined>> {
    if (this.#ready.length > 0) {
      this.readAhead();
      // Whoever takes chunks may never wait for anything: reads that are done are looked at here.
      if (this.#coming !== undefined) await new Promise(setImmediate);
    }
    while (this.#ready.length === 0 && !this.#ended && !this.#closed) await this.#pull();
    const chunk = this.#ready.shift();
    if (chunk !== undefined) {
      this.#give(chunk.bytes.length);
      this.readAhead();
      return { done: false, value: chunk };
    }
    const failure = this.#failure;
    if (failure === undefined || this.#closed) return { done: true, value: undefined };
    this.#closed = true;
    throw failure.error;
  }

  /** Begins to read what nobody has asked for yet. Live input is not waited for: behind a pause nothing is asked. */
  readAhead(): void {
    if (this.#coming !== undefined || this.#ended || this.#closed || this.#ready.at(-1)?.pause === true) return;
    if (this.#budget.allows(this.#held)) void this.#pull();
  }

  /** Stops reading, when the read that is on its way has come; what was read ahead is gone. */
  async return(): Promise<IteratorResult<ByteChunk, undefined>> {
    this.#closed = true;
    this.#ready.length = 0;
    await this.#coming;
    this.#ready.length = 0;
    this.#give(this.#held);
    await this.#chunks.return?.();
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #pull(): Promise<void> {
    this.#coming ??= this.#read();
    return this.#coming;
  }

  async #read(): Promise<void> {
    const expected = this.#budget.begin();
    this.#held += expected;
    try {
      const next = await this.#chunks.next();
      if (next.done === true) this.#ended = true;
      else this.#ready.push(next.value);
    } catch (error) {
      this.#failure = { error };
      this.#ended = true;
    }
    this.#coming = undefined;
    this.#give(expected - (this.#ended ? 0 : (this.#ready.at(-1)?.bytes.length ?? 0)));
    this.readAhead();
  }

  #give(bytes: number): void {
    this.#held -= bytes;
    this.#budget.change(-bytes);
  }
}
