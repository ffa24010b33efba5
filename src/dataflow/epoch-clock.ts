import { compareInstants, type Instant } from '../catalogue/instant.ts';
import type { ScopeClock } from './scope-clock.ts';

/** A jump by more than this waits until another host agrees (decision 8). */
const JUMP_MS = 3_600_000;

/**
 * The event clock of a scope: the greatest last_observed taken in. It never goes back, and one host with a clock that
 * is years ahead does not move it: a jump of more than an hour needs a second host, unless only one has been seen. A single
 * record from the future moves it never.
 */
export class EventClock implements ScopeClock {
  #now: Instant | undefined;
  /** Hosts that are ahead of `now` by more than the jump, with how far. */
  readonly #ahead = new Map<string, Instant>();
  #hosts = new Set<string>();
  /** Of the records that are not from the future. */
  #greatest: Instant | undefined;
  /** The last record, where it is from the future. */
  #doubtful: Instant | undefined;
  readonly #limit: () => number;

  /** `limit`: wall clock, ms. What is ahead of it by more than an hour is from the future. Absent: nothing is. */
  constructor(limit: () => number = () => Infinity) {
    this.#limit = limit;
  }

  get now(): Instant | undefined {
    return this.#now;
  }

  observe(last: Instant, host: string): void {
    if (this.#hosts.size < 2) this.#hosts.add(host);
    const isFuture = this.#isFuture(last);
    if (!isFuture && (this.#greatest === undefined || compareInstants(last, this.#greatest) > 0)) this.#greatest = last;
    const believed = isFuture ? this.#afterDoubtful(last) : last;
    if (!isFuture) this.#doubtful = undefined;
    if (this.#now === undefined) {
      this.#now = believed;
      return;
    }
    if (compareInstants(last, this.#now) <= 0) return;
    if (last.ms - this.#now.ms <= JUMP_MS) {
      this.#advance(last);
      return;
    }
    if (this.#hosts.size < 2) {
      if (believed !== undefined && compareInstants(believed, this.#now) > 0) this.#advance(believed);
      return;
    }
    const known = this.#ahead.get(host);
    if (known === undefined || compareInstants(last, known) > 0) this.#ahead.set(host, last);
    if (this.#ahead.size < 2) return;
    // Two hosts agree that time has gone on: as far as the second of them says.
    const times = [...this.#ahead.values()].sort(compareInstants);
    this.#advance(times.at(-2) as Instant);
  }

  /** At the end of the input the clock takes the greatest time, but none from the future. */
  finish(): void {
    if (this.#greatest === undefined) return;
    if (this.#now === undefined || compareInstants(this.#greatest, this.#now) > 0) this.#now = this.#greatest;
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

  #isFuture(last: Instant): boolean {
    return last.ms > this.#limit() + JUMP_MS;
  }

  /** Of two records from the future in a row that differ the lesser; undefined where this one is the first. */
  #afterDoubtful(last: Instant): Instant | undefined {
    const before = this.#doubtful;
    this.#doubtful = last;
    if (before === undefined) return undefined;
    const order = compareInstants(before, last);
    return order === 0 ? undefined : order < 0 ? before : last;
  }

  #advance(to: Instant): void {
    this.#now = to;
    for (const [host, time] of this.#ahead) if (time.ms - to.ms <= JUMP_MS) this.#ahead.delete(host);
  }
}
