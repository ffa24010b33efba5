import type { SourceError } from '../../errors/windhover-error.ts';
import type { ByteChunk, ByteSource } from '../../telemetry/decoder.ts';
import { isBrokenOff } from '../../telemetry/is-broken-off.ts';
import { AheadBudget } from './ahead-budget.ts';
import { AheadBytes } from './ahead-bytes.ts';

/**
 * A place that is read while someone works on what came before. The same chunks and failures come in the same order as
 * without; nothing is open once `close` is done.
 */
export class ReadAhead implements ByteSource {
  readonly source: string;
  readonly place: string;
  readonly #place: ByteSource;
  readonly #budget: AheadBudget;
  /** Opened at the beginning, for whoever opens the place there first. */
  #begun: AheadBytes | undefined;
  #last: AheadBytes | undefined;
  readonly #open = new Set<AheadBytes>();
  #closed = false;

  constructor(place: ByteSource, budget: AheadBudget = AheadBudget.none()) {
    this.source = place.source;
    this.place = place.place;
    this.#place = place;
    this.#budget = budget;
  }

  /** All of the place has been read, whether it has been taken or not. */
  get isEnded(): boolean {
    return this.#last?.isEnded === true;
  }

  /** Why the place ended early, where that lies in what it holds. */
  get brokenOff(): SourceError | undefined {
    const failure = this.#last?.failure;
    return isBrokenOff(failure) ? failure : undefined;
  }

  /** The first bytes, at most `limit`. Call it before `open`. Throws what reading them threw, unless they break off. */
  async head(limit: number): Promise<Uint8Array> {
    this.#begun ??= this.#start(0);
    const begun = this.#begun;
    const head = await begun.peek(limit);
    if (begun.failure !== undefined && head.length < limit && !isBrokenOff(begun.failure)) throw begun.failure;
    return head;
  }

  open(offset: number): AsyncIterable<ByteChunk> {
    const begun = this.#begun;
    if (begun === undefined || offset > 0) return this.#start(offset);
    this.#begun = undefined;
    return begun;
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const bytes of this.#open) await bytes.return();
    this.#open.clear();
  }

  #start(offset: number): AheadBytes {
    const bytes = new AheadBytes(this.#closed ? NOTHING : this.#place.open(offset), this.#budget);
    this.#open.add(bytes);
    this.#last = bytes;
    return bytes;
  }
}

const NOTHING: AsyncIterable<ByteChunk> = {
  async *[Symbol.asyncIterator]() {
    // What is closed is not opened again.
  },
};
