import type { Instant } from '../../catalogue/instant.ts';
import type { Scope } from '../../dataflow/scope.ts';
import type { AlertDocument } from './alert-document.ts';
import type { AlertFeed } from './alert-feed.ts';

/** Where an epoch stands when its alerts are collected. */
export interface AlertMoment {
  readonly epoch: number;
  readonly now: Instant | undefined;
  /** Wall clock, ms. */
  readonly wallMs: number;
  /** What enters was there before the restart. */
  readonly replayed: boolean;
  /** It comes from history that live sources go on from. */
  readonly backfilled: boolean;
}

/** The alerts of one scope, from the feeds of its hunts until a commit takes them. */
export class ScopeAlerts {
  readonly feeds: readonly AlertFeed[];
  readonly #named: (alerts: readonly AlertDocument[]) => readonly AlertDocument[];
  readonly #left: (alerts: readonly AlertDocument[]) => void;
  #pending: AlertDocument[] = [];

  /** `named`: the alerts, with what was missed of their sources; `left` is told what leaves, before it is committed. */
  constructor(
    feeds: readonly AlertFeed[],
    named: (alerts: readonly AlertDocument[]) => readonly AlertDocument[],
    left: (alerts: readonly AlertDocument[]) => void,
  ) {
    this.feeds = feeds;
    this.#named = named;
    this.#left = left;
  }

  /** Some alert leaves once the clock stands there. */
  hasDue(clock: Instant): boolean {
    return this.feeds.some((feed) => feed.hasDue(clock));
  }

  /** Lets the feeds see what their variables did. */
  async collect({ epoch, now, wallMs, replayed, backfilled }: AlertMoment): Promise<void> {
    for (const feed of this.feeds) {
      if (!feed.hasInput() && !feed.hasDue(now)) continue;
      this.#leave(await feed.collect(epoch, now, wallMs, { replayed, backfilled }));
    }
  }

  /** What history held beyond the limit of alerts is summed up. */
  endBackfill(wallMs: number): void {
    for (const feed of this.feeds) this.#leave(feed.endBackfill(wallMs));
  }

  /** What waits for the clock leaves now. */
  async flush(scope: Pick<Scope, 'epoch' | 'clock'>, wallMs: number): Promise<void> {
    for (const feed of this.feeds) this.#leave(await feed.flush(scope, wallMs));
  }

  /** What left since the last call. */
  take(): readonly AlertDocument[] {
    const taken = this.#pending;
    this.#pending = [];
    return taken;
  }

  #leave(alerts: readonly AlertDocument[]): void {
    const named = this.#named(alerts);
    this.#pending.push(...named);
    if (named.length > 0) this.#left(named);
  }
}
