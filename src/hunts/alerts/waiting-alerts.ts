import type { AlertGroup } from './alert-group.ts';

/**
 * Alerts of which something may have to be told, each from its own time on (`dueAt`, which is set here alone). Thousands may wait
 * while none is due, for few different times: those of one epoch settle together, and stretches of suppression end together.
 */
export class WaitingAlerts {
  readonly #byDue = new Map<number, Set<AlertGroup>>();
  #dueFrom = Infinity;

  /** The least of the times for which some wait; Infinity: none does. */
  get dueFrom(): number {
    return this.#dueFrom;
  }

  /** From now on it waits for that time alone. */
  add(group: AlertGroup, dueAt: number): void {
    this.#remove(group);
    group.dueAt = dueAt;
    const together = this.#byDue.get(dueAt);
    if (together === undefined) this.#byDue.set(dueAt, new Set([group]));
    else together.add(group);
    if (dueAt < this.#dueFrom) this.#dueFrom = dueAt;
  }

  /** Those whose time has come, which wait no longer: by their times, and of one time in the order in which they came. */
  takeDue(at: number): AlertGroup[] {
    const taken: AlertGroup[] = [];
    for (let dueAt = this.#dueFrom; dueAt <= at; dueAt = this.#dueFrom) {
      const together = this.#byDue.get(dueAt);
      if (together === undefined) break;
      for (const group of together) {
        group.dueAt = Infinity;
        taken.push(group);
      }
      this.#drop(dueAt);
    }
    return taken;
  }

  #remove(group: AlertGroup): void {
    const together = this.#byDue.get(group.dueAt);
    if (together?.delete(group) === true && together.size === 0) this.#drop(group.dueAt);
  }

  #drop(dueAt: number): void {
    this.#byDue.delete(dueAt);
    if (dueAt !== this.#dueFrom) return;
    this.#dueFrom = Infinity;
    for (const each of this.#byDue.keys()) if (each < this.#dueFrom) this.#dueFrom = each;
  }
}
