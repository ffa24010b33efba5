import { SourceError } from '../../errors/windhover-error.ts';
import type { Timer } from '../../telemetry/timer.ts';
import type { LogNotices } from './log-notices.ts';
import type { Outage } from './outage.ts';
import type { Waits } from './waits.ts';

/** At the start brokers that do not answer are waited for, so long. */
export const START_PATIENCE_MS = 30_000;

export interface BrokerPatienceOptions {
  readonly timer: Timer;
  readonly waits: Waits;
  readonly outage: Outage;
  readonly notices: LogNotices;
  readonly isClosed: () => boolean;
}

/** Asks brokers that do not answer again and again, while reading begins. Told once. */
export class BrokerPatience {
  readonly #options: BrokerPatienceOptions;
  readonly #sinceMs: number;

  constructor(options: BrokerPatienceOptions) {
    this.#options = options;
    this.#sinceMs = options.timer.now();
  }

  /** Throws what `ask` throws: once it may not pass, or when `START_PATIENCE_MS` have gone by since the first question. */
  async reach<T>(ask: () => Promise<T>): Promise<T> {
    const { timer, waits, outage, notices, isClosed } = this.#options;
    for (;;) {
      try {
        return await ask();
      } catch (error) {
        if (!(error instanceof SourceError) || !error.retriable || isClosed()) throw error;
        if (timer.now() - this.#sinceMs >= START_PATIENCE_MS) throw error;
        if (outage.begin(error.code)) notices.away(error);
        await waits.sleep(outage.nextDelay());
      }
    }
  }
}
