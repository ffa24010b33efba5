import { NO_PARTITION, type LogPosition } from '../../telemetry/message-log.ts';
import type { Timer } from '../../telemetry/timer.ts';

const EVERY_MS = 5000;

/**
 * Tells the consumer group how far the state has come, now and then: lag tools look there. Nothing is ever read from it,
 * so failing is harmless and not told.
 */
export class GroupCommits {
  readonly #timer: Timer;
  readonly #commit: (offsets: readonly LogPosition[]) => Promise<void>;
  readonly #offsets = new Map<string, LogPosition>();
  #cancel: (() => void) | undefined;

  constructor(timer: Timer, commit: (offsets: readonly LogPosition[]) => Promise<void>) {
    this.#timer = timer;
    this.#commit = commit;
  }

  add(positions: readonly LogPosition[]): void {
    for (const position of positions) {
      if (position.partition !== NO_PARTITION) this.#offsets.set(`${position.topic}/${position.partition}`, position);
    }
    if (this.#offsets.size === 0) return;
    this.#cancel ??= this.#timer.after(EVERY_MS, () => {
      this.#cancel = undefined;
      void this.#send();
    });
  }

  /** What has not been told yet, now; nothing is told by itself afterwards. */
  async flush(): Promise<void> {
    this.#cancel?.();
    this.#cancel = undefined;
    await this.#send();
  }

  async #send(): Promise<void> {
    const offsets = [...this.#offsets.values()];
    this.#offsets.clear();
    if (offsets.length === 0) return;
    try {
      await this.#commit(offsets);
    } catch {
      // The next one tells more.
    }
  }
}
