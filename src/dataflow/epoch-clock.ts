import { compareInstants, type Instant } from '../catalogue/instant.ts';
import type { ScopeClock } from './scope-clock.ts';

/** A jump by more than this waits until another host agrees (decision 8). */
const JUMP_MS = 3_600_000;

/**
 * The event clock of a scope: the greatest last_observed taken in. It never goes back, and one host with a clock that
 * is years ahead does not move it: a jump of more than an hour needs a second host, unless only one has been seen.
 */
export class EventClock implements ScopeClock {
  #now: Instant | undefined;
  /** Hosts that are ahead of `now` by more than the jump, with how far. */
  readonly #ahead = new Map<string, Instant>();
  #hosts = new Set<string>();
  #greatest: Instant | undefined;

  get now(): Instant | undefined {
    return this.#now;
  }

  observe(last: Instant, host: string): void {
    if (this.#hosts.size < 2) this.#hosts.add(host);
    if (this.#greatest === undefined || compareInstants(last, this.#greatest) > 0) this.#greatest = last;
    if (this.#now === undefined) {
      this.#now = last;
      return;
    }
    if (compareInstants(last, this.#now) <= 0) return;
    if (last.ms - this.#now.ms <= JUMP_MS || this.#hosts.size < 2) {
      this.#advance(last);
      return;
    }
    const known = this.#ahead.get(host);
    if (known === undefined || compareInstants(last, known) > 0) this.#ahead.set(host, last);
    if (this.#ahead.size < 2) return;
    // Two hosts agree that time has gone on: as far as the second of them says.
    const times = [...this.#ahead.values()].sort(compareInstants);
    this.#advance(times.at(-2) as Instant);
  }

  /** At the end of the input the clock takes the greatest time. */
  finish(): void {
    if (this.#greatest !== undefined) this.#now = this.#greatest;
  }

  /** Moves the clock to a moment that no record tells of (`at:` of a test); never back. */
  advanceTo(moment: Instant): void {
    if (this.#greatest === undefined || compareInstants(moment, this.#greatest) > 0) this.#greatest = moment;
    if (this.#now === undefined || compareInstants(moment, this.#now) > 0) this.#advance(moment);
  }

  restore(now: Instant, hosts: readonly string[]): void {
    this.#now = now;
    this.#greatest = now;
    this.#hosts = new Set(hosts);
  }

  get hosts(): readonly string[] {
    return [...this.#hosts];
  }

  #advance(to: Instant): void {
    this.#now = to;
    for (const [host, time] of this.#ahead) if (time.ms - to.ms <= JUMP_MS) this.#ahead.delete(host);
  }
}
