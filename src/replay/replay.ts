import { WindhoverError } from '../errors/windhover-error.ts';
import type { Timer } from '../telemetry/timer.ts';
import { PAUSE, type Recorded, type RecordedItem } from './recorded-item.ts';
import { ReplayPace, type PaceOptions } from './replay-pace.ts';
import type { ReplaySink } from './replay-sink.ts';

export interface ReplayOptions extends PaceOptions {
  /** Items that are left out at the beginning. */
  readonly skip: number;
  readonly timer: Timer;
  readonly signal: AbortSignal;
  readonly progress: (so: ReplayProgress) => void;
}

/** How far it came: everything up to `last` was confirmed by the target, nothing after it. */
export interface ReplayProgress {
  readonly taken: number;
  readonly present: number;
  readonly refused: number;
  readonly reason: string | undefined;
  readonly bytes: number;
  /** The last item that was confirmed or refused. */
  readonly last: RecordedItem | undefined;
}

export interface ReplayOutcome extends ReplayProgress {
  /** What ended it before the end of the recording. */
  readonly failure: WindhoverError | undefined;
}

/** Timers of the process take no more than 24 days. */
const LONGEST_SLEEP_MS = 3_600_000;

/** A record is sent at most this much before it is due, so that batches form. */
const STEP_MS = 20;

/**
 * Sends items in their order, one batch under way while the next one is gathered. An abort ends it after what is under way
 * has been confirmed; what was gathered is not sent any more.
 */
export async function replay(
  items: AsyncIterable<Recorded>,
  sink: ReplaySink,
  options: ReplayOptions,
): Promise<ReplayOutcome> {
  const run = new ReplayRun(sink, options);
  try {
    await run.sendAll(items);
    return { ...run.progress, failure: undefined };
  } catch (error) {
    if (!(error instanceof WindhoverError)) throw error;
    await run.settled();
    return { ...run.progress, failure: error };
  }
}

class ReplayRun {
  readonly #sink: ReplaySink;
  readonly #options: ReplayOptions;
  #gathered: RecordedItem[] = [];
  #gatheredBytes = 0;
  #underWay: Promise<void> | undefined;
  progress: ReplayProgress = { taken: 0, present: 0, refused: 0, reason: undefined, bytes: 0, last: undefined };

  constructor(sink: ReplaySink, options: ReplayOptions) {
    this.#sink = sink;
    this.#options = options;
  }

  async sendAll(items: AsyncIterable<Recorded>): Promise<void> {
    const { signal, skip, timer } = this.#options;
    const pace = new ReplayPace(this.#options, timer.now());
    let seen = 0;
    for await (const item of items) {
      if (signal.aborted) break;
      if (item === PAUSE) await this.#flush();
      else if (seen++ >= skip) {
        const due = pace.due(item.timeMs);
        if (due - timer.now() > STEP_MS) await this.#flush();
        while (due - timer.now() > STEP_MS && !signal.aborted) {
          await this.#sleep(Math.min(due - timer.now(), LONGEST_SLEEP_MS));
        }
        if (signal.aborted) break;
        await this.#add(item);
      }
    }
    if (!signal.aborted) await this.#flush();
    await this.#confirmed();
  }

  /** What is under way has come to its end, whichever. */
  async settled(): Promise<void> {
    await this.#underWay?.catch(() => {});
  }

  async #add(item: RecordedItem): Promise<void> {
    const { maxItems, maxBytes } = this.#sink;
    if (this.#gathered.length > 0 && this.#gatheredBytes + item.bytes.length > maxBytes) await this.#flush();
    this.#gathered.push(item);
    this.#gatheredBytes += item.bytes.length;
    if (this.#gathered.length >= maxItems) await this.#flush();
  }

  /** Settles when the batch before has been confirmed, and this one is under way. */
  async #flush(): Promise<void> {
    await this.#confirmed();
    if (this.#gathered.length === 0 || this.#options.signal.aborted) return;
    const [items, bytes] = [this.#gathered, this.#gatheredBytes];
    this.#gathered = [];
    this.#gatheredBytes = 0;
    const underWay = this.#send(items, bytes);
    // Looked at when the next batch is ready; until then a failure is nobody's.
    underWay.catch(() => {});
    this.#underWay = underWay;
  }

  async #confirmed(): Promise<void> {
    const underWay = this.#underWay;
    this.#underWay = undefined;
    await underWay;
  }

  async #send(items: readonly RecordedItem[], bytes: number): Promise<void> {
    const { taken, present, refused, reason } = await this.#sink.send(items);
    const so = this.progress;
    this.progress = {
      taken: so.taken + taken,
      present: so.present + present,
      refused: so.refused + refused,
      reason: so.reason ?? reason,
      bytes: so.bytes + bytes,
      last: items.at(-1) ?? so.last,
    };
    this.#options.progress(this.progress);
  }

  #sleep(ms: number): Promise<void> {
    const { timer, signal } = this.#options;
    return new Promise((done) => {
      const finish = (): void => {
        cancel();
        signal.removeEventListener('abort', finish);
        done();
      };
      const cancel = timer.after(ms, finish);
      signal.addEventListener('abort', finish);
    });
  }
}
