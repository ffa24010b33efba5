import type { Timer } from '../../telemetry/timer.ts';

/** Waiting that can be given up: all of it ends with `cancel`. */
export class Waits {
  readonly #timer: Timer;
  readonly #cancels = new Set<() => void>();

  constructor(timer: Timer) {
    this.#timer = timer;
  }

  after(ms: number, action: () => void): () => void {
    const stop = this.#timer.after(ms, () => {
      this.#cancels.delete(cancel);
      action();
    });
    const cancel = (): void => {
      this.#cancels.delete(cancel);
      stop();
    };
    this.#cancels.add(cancel);
    return cancel;
  }

  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => this.after(ms, resolve));
  }

  /** Settles with the action, whatever comes of it, or after so long. */
  async within(ms: number, action: Promise<unknown>): Promise<void> {
    let cancel = (): void => {};
    const late = new Promise<void>((resolve) => (cancel = this.after(ms, resolve)));
    await Promise.race([action.catch(() => {}), late]);
    cancel();
  }

  cancel(): void {
    for (const cancel of [...this.#cancels]) cancel();
  }
}
