import type { AlertGroup } from './alert-group.ts';

/**
 * Alerts of which something may have to be told, each from its own time on (`dueAt`, which is set here alone). Thousands may wait
 * while none is due, for few different times: those of one epoch settle together, and stretches of suppression end together.
 */
export class WaitingAlerts {
  readonly #byDue = new Map<number, Set<AlertGroup>>();
  /** None is due before, ms of the run's clock. */
  #leastDue = Infinity;

  get isEmpty(): boolean {
    return this.#byDue.size === 0;
  }

  /** From now on it waits for that time alone. */
  add(group: AlertGroup, dueAt: number): void {
    this.#remove(group);
    group.dueAt = dueAt;
    const together = this.#byDue.get(dueAt);
    if (together === undefined) this.#byDue.set(dueAt, new Set([group]));
    else together.add(group);
    if (dueAt < this.#leastDue) this.#leastDue = dueAt;
  }

  /** Whether one is due at that time. */
  hasDue(at: number): boolean {
    return this.#leastDue <= at && !this.isEmpty;
  }

  /** Those whose time has come, which wait no longer: by their times, and of one time in the order in which they came. */
  takeDue(at: number): AlertGroup[] {
    if (!this.hasDue(at)) return [];
    const due = [...this.#byDue.keys()].filter((dueAt) => dueAt <= at).sort((a, b) => (a < b ? -1 : 1));
    const taken = due.flatMap((dueAt) => [...(this.#byDue.get(dueAt) as Set<AlertGroup>)]);
    for (const dueAt of due) this.#byDue.delete(dueAt);
    for (const group of taken) group.dueAt = Infinity;
    this.#leastDue = Infinity;
    for (const dueAt of this.#byDue.keys()) if (dueAt < this.#leastDue) this.#leastDue = dueAt;
    return taken;
  }

  #remove(group: AlertGroup): void {
    const together = this.#byDue.get(group.dueAt);
    if (together === undefined || !together.delete(group) || together.size > 0) return;
    // `#leastDue` may be too early now, which costs one look that finds nothing.
    this.#byDue.delete(group.dueAt);
  }
}
