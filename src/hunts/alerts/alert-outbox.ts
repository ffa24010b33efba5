import type { StateStore, StateWrite } from '../../store/state-store.ts';
import type { AlertDocument } from './alert-document.ts';
import { AlertQueue } from './alert-queue.ts';
import { pendingAlerts, type PendingAlerts } from './pending-alerts.ts';

/** What may wait for one sink before the input has to. */
export interface OutboxLimits {
  readonly maxAlerts: number;
  readonly maxBytes: number;
}

export const DEFAULT_OUTBOX_LIMITS: OutboxLimits = { maxAlerts: 100_000, maxBytes: 256 * 1024 * 1024 };

/** Told when the input begins to wait for a sink, and when it goes on. */
export interface OutboxObserver {
  full?(sink: string): void;
  room?(): void;
}

/**
 * Alerts that sinks beyond the local log have still to take: a queue per sink, written in the commit that made the alerts
 * (decision 21), so that a sink which is away stops nothing and loses nothing. Beyond the limits `room` makes the pull
 * loop wait: what has not been read cannot be lost.
 */
export class AlertOutbox {
  readonly queues: readonly AlertQueue[];
  /** What waits in the state for sinks that this run has none of. */
  readonly others: ReadonlyMap<string, PendingAlerts>;
  readonly #store: StateStore;
  readonly #limits: OutboxLimits;
  readonly #observer: OutboxObserver;
  #waiting: (() => void)[] = [];

  private constructor(
    store: StateStore,
    sinks: readonly string[],
    pending: ReadonlyMap<string, PendingAlerts>,
    limits: OutboxLimits,
    observer: OutboxObserver,
  ) {
    this.#store = store;
    this.#limits = limits;
    this.#observer = observer;
    this.queues = sinks.map((sink) => new AlertQueue(store, sink, pending.get(sink)));
    this.others = new Map([...pending].filter(([sink]) => !sinks.includes(sink)));
    for (const queue of this.queues) queue.onDropped = () => this.#goOn();
  }

  /** `sinks`: names that stay the same over restarts. */
  static async open(
    store: StateStore,
    sinks: readonly string[],
    limits: OutboxLimits = DEFAULT_OUTBOX_LIMITS,
    observer: OutboxObserver = {},
  ): Promise<AlertOutbox> {
    return new AlertOutbox(store, sinks, await pendingAlerts(store), limits, observer);
  }

  /** What a commit has to write for these alerts to wait for every sink; `committed` is called when it has. */
  stage(alerts: readonly AlertDocument[]): StateWrite[] {
    if (this.queues.length === 0) return [];
    const leaving = alerts.filter(({ windhover }) => windhover.dry_run !== true);
    if (leaving.length === 0) return [];
    const documents = leaving.map((alert) => Buffer.from(JSON.stringify(alert), 'utf8'));
    return this.queues.flatMap((queue) => queue.stage(documents));
  }

  committed(): void {
    for (const queue of this.queues) queue.committed();
  }

  /** For runs without a state folder: alerts that wait as long as the process lives. */
  async add(alerts: readonly AlertDocument[]): Promise<void> {
    const writes = this.stage(alerts);
    if (writes.length === 0) return;
    await this.#store.write(writes);
    this.committed();
  }

  /** Resolves when more alerts may come, or the signal is given. */
  async room(signal: AbortSignal): Promise<void> {
    const full = this.#full();
    if (full === undefined || signal.aborted) return;
    if (this.#waiting.length === 0) this.#observer.full?.(full.sink);
    await new Promise<void>((resolve) => {
      const done = (): void => {
        signal.removeEventListener('abort', done);
        resolve();
      };
      this.#waiting.push(done);
      signal.addEventListener('abort', done);
    });
  }

  #full(): AlertQueue | undefined {
    const { maxAlerts, maxBytes } = this.#limits;
    return this.queues.find(({ alerts, bytes }) => alerts >= maxAlerts || bytes >= maxBytes);
  }

  #goOn(): void {
    if (this.#waiting.length === 0 || this.#full() !== undefined) return;
    for (const done of this.#waiting.splice(0)) done();
    this.#observer.room?.();
  }
}
