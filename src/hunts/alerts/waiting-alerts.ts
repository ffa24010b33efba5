import type { AlertGroup } from './alert-group.ts';

/** Alerts of which something may have to be told, each from its own time on (`dueAt`). */
export class WaitingAlerts {
  readonly #groups = new Set<AlertGroup>();
  /** None is due before, ms of the run's clock. */
  #leastDue = Infinity;

  add(group: AlertGroup): void {
    this.#groups.add(group);
    this.#leastDue = Math.min(this.#leastDue, group.dueAt);
  }

  remove(group: AlertGroup): void {
    this.#groups.delete(group);
  }

  has(group: AlertGroup): boolean {
    return this.#groups.has(group);
  }

  /** Whether one is due at that time; cheap as long as none is. */
  hasDue(at: number): boolean {
    if (this.#leastDue > at) return false;
    this.#leastDue = Infinity;
    for (const { dueAt } of this.#groups) this.#leastDue = Math.min(this.#leastDue, dueAt);
    return this.#leastDue <= at;
  }

  /** In the order in which they came; some may be removed meanwhile. */
  [Symbol.iterator](): IterableIterator<AlertGroup> {
    return this.#groups.values();
  }
}
