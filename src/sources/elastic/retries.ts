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

/** Told once per outage, where it is not over after a moment, or nothing has been read yet. */
export interface OutageListener {
  away(failure: ElasticFailure): void;
  back(): void;
}

/** Tries after which an outage is told: a second or two. A server that is busy for a moment is no news. */
const QUIET_TRIES = 3;

/** Repeats calls that may succeed later, with growing pauses, until an outage has lasted too long. */
export class Retries {
  readonly #options: RetriesOptions;
  readonly #closed = new AbortController();
  /** Whoever listens to the reading under way. */
  listener: OutageListener | undefined;
  #hasWorked = false;
  #isAway = false;

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
        if (!(error instanceof ElasticFailure) || !this.#mayPass(error)) throw error;
        await this.pause(outage, error);
      }
    }
  }

  /** Something was read: address, credentials and indices are right, and the outage is over. */
  worked(): void {
    this.#hasWorked = true;
    if (!this.#isAway) return;
    this.#isAway = false;
    this.listener?.back();
  }

  /**
   * What is wrong from the start is told at once. What worked before may do so again: a proxy shows a page while the server
   * is away, a key is renewed, an index is restored. A request that the server does not understand will never be.
   */
  #mayPass({ kind, status }: ElasticFailure): boolean {
    return kind === 'again' || (kind === 'lasting' && this.#hasWorked && status !== 400);
  }

  #tell(outage: Outage, failure: ElasticFailure): void {
    if (this.#isAway || (this.#hasWorked && outage.attempts <= QUIET_TRIES)) return;
    this.#isAway = true;
    this.listener?.away(failure);
  }

  /** Waits before the next attempt, or throws the failure when it has taken too long, or when closed. */
  async pause(outage: Outage, failure: ElasticFailure): Promise<void> {
    const { timer, random, giveUpMs } = this.#options;
    const now = timer.now();
    outage.since ??= now;
    const delay = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(outage.attempts++, 10)) * (0.5 + random() / 2);
    if (this.#closed.signal.aborted || now + delay - outage.since > giveUpMs) throw failure;
    this.#tell(outage, failure);
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
