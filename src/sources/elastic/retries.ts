import type { Timer } from '../../telemetry/timer.ts';
import { ElasticFailure } from './elastic-gateway.ts';

const FIRST_MS = 250;
const LONGEST_MS = 15_000;

export interface RetriesOptions {
  readonly timer: Timer;
  /** 0 to 1, for the jitter. */
  readonly random: () => number;
  /** An outage that lasts longer is told as an error. */
  readonly giveUpMs: number;
}

/** Repeats calls that may succeed later, with growing pauses, until an outage has lasted too long. */
export class Retries {
  readonly #options: RetriesOptions;
  readonly #closed = new AbortController();

  constructor(options: RetriesOptions) {
    this.#options = options;
  }

  /** Throws the last failure. */
  async call<T>(action: () => Promise<T>): Promise<T> {
    const outage = new Outage();
    for (;;) {
      try {
        return await action();
      } catch (error) {
        if (!(error instanceof ElasticFailure) || error.kind !== 'again') throw error;
        await this.pause(outage, error);
      }
    }
  }

  /** Waits before the next attempt, or throws the failure when it has taken too long, or when closed. */
  async pause(outage: Outage, failure: ElasticFailure): Promise<void> {
    const { timer, random, giveUpMs } = this.#options;
    const now = timer.now();
    outage.since ??= now;
    const delay = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(outage.attempts++, 10)) * (0.5 + random() / 2);
    if (this.#closed.signal.aborted || now + delay - outage.since > giveUpMs) throw failure;
    await new Promise<void>((resolve) => {
      const { signal } = this.#closed;
      const done = (): void => {
        cancel();
        signal.removeEventListener('abort', done);
        resolve();
      };
      const cancel = timer.after(delay, done);
      signal.addEventListener('abort', done);
    });
    if (this.#closed.signal.aborted) throw failure;
  }

  close(): void {
    this.#closed.abort();
  }
}

/** Failures without a success between them. */
export class Outage {
  since: number | undefined;
  attempts = 0;

  over(): void {
    this.since = undefined;
    this.attempts = 0;
  }
}
