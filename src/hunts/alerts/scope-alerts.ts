import { millisecondsOf, type Instant } from '../../catalogue/instant.ts';
import type { LoadAsked } from '../../dataflow/load-missing.ts';
import type { Scope } from '../../dataflow/scope.ts';
import type { AlertDocument } from './alert-document.ts';
import type { AlertFeed } from './alert-feed.ts';
import type { AlertMoment } from './alert-moment.ts';

export interface ScopeAlertsOptions {
  readonly load: LoadAsked;
  /** The alerts, with what was missed of their sources. */
  readonly named?: (alerts: readonly AlertDocument[]) => readonly AlertDocument[];
  /** Is told what leaves, before it is committed. */
  readonly left?: (alerts: readonly AlertDocument[]) => void;
}

/**
 * The alerts of one scope, from the feeds of its hunts until a commit takes them. There may be hundreds of feeds, of which an
 * epoch concerns a few: the others are not asked.
 */
export class ScopeAlerts {
  readonly feeds: readonly AlertFeed[];
  readonly #options: ScopeAlertsOptions;
  /** Places of the feeds that have input. */
  readonly #awake = new Set<number>();
  /** Of which something waits for the clock, and from when on, ms of it. */
  readonly #dueFrom = new Map<number, number>();
  /** That may have changed since the last commit. */
  readonly #changed = new Set<number>();
  #pending: AlertDocument[] = [];

  constructor(feeds: readonly AlertFeed[], options: ScopeAlertsOptions) {
    this.feeds = feeds;
    this.#options = options;
    for (const [i, feed] of feeds.entries()) {
      feed.onInput(() => this.#awake.add(i));
      // A state may bring back what waits.
      this.#dueFrom.set(i, -Infinity);
    }
  }

  /** Some alert leaves once the clock stands there. */
  hasDue(clock: Instant): boolean {
    const now = millisecondsOf(clock);
    for (const dueFrom of this.#dueFrom.values()) if (dueFrom <= now) return true;
    return false;
  }

  /** Lets the feeds see what their variables did. */
  async collect(moment: AlertMoment): Promise<void> {
    if (moment.now !== undefined) {
      const now = millisecondsOf(moment.now);
      for (const [i, dueFrom] of this.#dueFrom) if (dueFrom <= now) this.#awake.add(i);
    }
    if (this.#awake.size === 0) return;
    const awake = [...this.#awake].sort((a, b) => a - b);
    await this.#options.load((into) => {
      for (const i of awake) this.#at(i).missing(into);
    });
    this.#awake.clear();
    for (const i of awake) {
      const feed = this.#at(i);
      this.#leave(feed.collect(moment));
      this.#changed.add(i);
      if (feed.dueFrom === Infinity) this.#dueFrom.delete(i);
      else this.#dueFrom.set(i, feed.dueFrom);
    }
  }

  /** What history held beyond the limit of alerts is summed up. */
  endBackfill(wallMs: number): void {
    for (const [i, feed] of this.feeds.entries()) {
      this.#leave(feed.endBackfill(wallMs));
      this.#changed.add(i);
    }
  }

  /** What waits for the clock leaves now. */
  async flush(scope: Pick<Scope, 'epoch' | 'clock'>, wallMs: number): Promise<void> {
    for (const [i, feed] of this.feeds.entries()) {
      this.#leave(await feed.flush(scope, wallMs, this.#options.load));
      this.#changed.add(i);
    }
  }

  /** What left since the last call. */
  take(): readonly AlertDocument[] {
    const taken = this.#pending;
    this.#pending = [];
    return taken;
  }

  /** Where nothing is stored: what a commit would have written is no longer kept in mind. */
  forgetChanged(): void {
    for (const i of this.#changed) this.#at(i).forgetChanged();
    this.#changed.clear();
  }

  #at(place: number): AlertFeed {
    return this.feeds[place] as AlertFeed;
  }

  #leave(alerts: readonly AlertDocument[]): void {
    const { named, left } = this.#options;
    const told = named === undefined ? alerts : named(alerts);
    this.#pending.push(...told);
    if (told.length > 0) left?.(told);
  }
}
