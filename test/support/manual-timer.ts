import type { Timer } from '../../src/telemetry/timer.ts';

/** Time that stands still until it is told to pass. */
export class ManualTimer implements Timer {
  #now: number;
  #calls: { readonly at: number; readonly callback: () => void }[] = [];

  constructor(now = Date.UTC(2026, 0, 1)) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  after(ms: number, callback: () => void): () => void {
    const call = { at: this.#now + ms, callback };
    this.#calls.push(call);
    return () => (this.#calls = this.#calls.filter((each) => each !== call));
  }

  /** Number of calls that are waiting. */
  get waiting(): number {
    return this.#calls.length;
  }

  pass(ms: number): void {
    const until = this.#now + ms;
    for (;;) {
      const due = this.#calls.filter((call) => call.at <= until).sort((a, b) => a.at - b.at)[0];
      if (due === undefined) break;
      this.#calls = this.#calls.filter((call) => call !== due);
      this.#now = Math.max(this.#now, due.at);
      due.callback();
    }
    this.#now = until;
  }
}
