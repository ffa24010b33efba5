import type { Instant } from '../catalogue/instant.ts';
import { EventClock } from './epoch-clock.ts';
import type { ScopeClock } from './scope-clock.ts';
import { WallClock } from './wall-clock.ts';

/**
 * The clock of live input that begins with history: while history is read it goes by the records, so that windows of the
 * past are seen as they were; then the wall clock takes over. No record moves it beyond the wall clock.
 */
export class BackfillClock implements ScopeClock {
  readonly #history = new EventClock();
  readonly #wall = new WallClock();
  /** What the wall clock was last set to, ms. */
  #wallMs = -Infinity;
  #isLive = false;

  get now(): Instant | undefined {
    return this.#isLive ? this.#wall.now : this.#history.now;
  }

  get hosts(): readonly string[] {
    return this.#isLive ? this.#wall.hosts : this.#history.hosts;
  }

  /** History has been read. `ms`: wall time. */
  goLive(ms: number): void {
    if (this.#history.now !== undefined) this.#wall.restore(this.#history.now);
    this.#isLive = true;
    this.set(ms);
  }

  /** As the wall clock is set; while history is read it only bounds what records say. */
  set(ms: number): void {
    this.#wallMs = ms;
    if (this.#isLive) this.#wall.set(ms);
  }

  /** What it would show once it is set. */
  at(ms: number): Instant | undefined {
    return this.#isLive ? this.#wall.at(ms) : this.now;
  }

  observe(last: Instant, host: string): void {
    if (this.#isLive) return;
    this.#history.observe(last.ms > this.#wallMs ? { ms: Math.floor(this.#wallMs), ns: 0 } : last, host);
  }

  advanceTo(moment: Instant): void {
    (this.#isLive ? this.#wall : this.#history).advanceTo(moment);
  }

  finish(): void {
    if (!this.#isLive) this.#history.finish();
  }

  restore(now: Instant, hosts: readonly string[]): void {
    if (this.#isLive) this.#wall.restore(now);
    else this.#history.restore(now, hosts);
  }
}
