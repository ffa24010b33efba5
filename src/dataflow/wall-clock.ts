import { compareInstants, type Instant } from '../catalogue/instant.ts';
import type { ScopeClock } from './scope-clock.ts';

/** The clock of live input (decision 8): it is set from outside, at every epoch and when time passes without one. */
export class WallClock implements ScopeClock {
  readonly hosts: readonly string[] = [];
  #now: Instant | undefined;

  get now(): Instant | undefined {
    return this.#now;
  }

  /** `ms`: wall time. A clock of the machine that is set back stands still until it has caught up. */
  set(ms: number): void {
    this.advanceTo({ ms: Math.floor(ms), ns: 0 });
  }

  /** What it would show once it is set. */
  at(ms: number): Instant {
    const moment = { ms: Math.floor(ms), ns: 0 };
    return this.#now === undefined || compareInstants(moment, this.#now) > 0 ? moment : this.#now;
  }

  advanceTo(moment: Instant): void {
    if (this.#now === undefined || compareInstants(moment, this.#now) > 0) this.#now = moment;
  }

  observe(): void {
    // What records say of the time does not move it.
  }

  finish(): void {
    // Time does not end with the input.
  }

  restore(now: Instant): void {
    this.#now = now;
  }
}
