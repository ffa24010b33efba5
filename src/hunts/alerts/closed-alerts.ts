import type { AlertGroup } from './alert-group.ts';
import type { AlertMember } from './alert-member.ts';

/** How long a closed alert is remembered, in ms of the run's clock: a late record may still speak of it. */
const KEEP_MS = 86_400_000;
/** Closed rows, and retracted alerts, that are remembered of one variable. */
const MOST = 10_000;

/**
 * What one alerted variable remembers of alerts that are over, and what it lets go, oldest first. Alerts whose rows left because
 * time passed are kept for a day. Retracted ones are kept for longer: one that comes back has to count its revisions on, or a
 * sink takes it for an old one. Both within a number, so that a flood of alerts does not fill the memory.
 */
export class ClosedAlerts {
  readonly #most: number;
  /** All of whose rows left because time passed. */
  readonly #ended = new Set<AlertGroup>();
  /** Without any row. */
  readonly #retracted = new Set<AlertGroup>();
  /** Closed rows, also those of alerts that have others. */
  readonly #rows = new Set<AlertMember>();

  constructor(most = MOST) {
    this.#most = most;
  }

  end(group: AlertGroup): void {
    this.#ended.delete(group);
    this.#ended.add(group);
  }

  retract(group: AlertGroup): void {
    this.#retracted.add(group);
  }

  /** It has rows again. */
  goOn(group: AlertGroup): void {
    this.#ended.delete(group);
    this.#retracted.delete(group);
  }

  close(member: AlertMember): void {
    this.#rows.add(member);
  }

  /** It is there again, or not even closed any more. */
  open(member: AlertMember): void {
    this.#rows.delete(member);
  }

  /** Alerts to be forgotten now. `isHeld`: something is yet to be said of it. */
  *takeGroups(now: number, isHeld: (group: AlertGroup) => boolean): Generator<AlertGroup> {
    for (const group of this.#ended) {
      if (group.closedSince + KEEP_MS > now) break;
      if (!isHeld(group)) yield this.#drop(group);
    }
    for (const group of this.#retracted) {
      if (this.#retracted.size <= this.#most) break;
      if (!isHeld(group)) yield this.#drop(group);
    }
    // A row moves to the end where it has to stay: each is looked at once.
    let left = this.#rows.size;
    for (const member of this.#rows) {
      if (this.#rows.size <= this.#most || left-- === 0) return;
      const { group } = member;
      if (this.#ended.has(group) && !isHeld(group)) yield this.#drop(group);
      else {
        this.#rows.delete(member);
        this.#rows.add(member);
      }
    }
  }

  /** Rows to be forgotten now, of alerts that go on; never the one that is shown. After `takeGroups`. */
  *takeRows(): Generator<AlertMember> {
    let left = this.#rows.size;
    for (const member of this.#rows) {
      if (this.#rows.size <= this.#most || left-- === 0) return;
      this.#rows.delete(member);
      if (member.group.best === member) this.#rows.add(member);
      else yield member;
    }
  }

  #drop(group: AlertGroup): AlertGroup {
    this.goOn(group);
    for (const member of group.members.values()) this.#rows.delete(member);
    return group;
  }
}
