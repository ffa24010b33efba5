import { compareInstants } from '../../catalogue/instant.ts';
import { compareTexts } from '../../graph/value.ts';
import type { AlertMember } from './alert-member.ts';
import type { AlertRow } from './alert-row.ts';

/** `pending`: nothing left yet; `summed`: counted in the alert that sums up what history held beyond the limit. */
export type AlertGroupStatus = 'pending' | 'open' | 'retracted' | 'summed';

/** The rows behind one alert id: one row, or with suppression all with equal key values in one stretch of time. */
export class AlertGroup {
  readonly id: string;
  /** The run's clock when it opened, ms. */
  readonly openedAt: number;
  /** Event time, ms, after which a change of the mere count is worth a revision. */
  readonly countsFrom: number;
  readonly members = new Map<string, AlertMember>();
  /** Closed rows that are counted and not kept any more. */
  forgotten = 0;
  status: AlertGroupStatus = 'pending';
  /** Of the last document that left. */
  revision = 0;
  digest = '';
  /** The row that `digest` is of, where that is known: as long as it is the best one, nothing that is shown differs. */
  shown: AlertRow | undefined;
  suppressed = 0;
  /** The wall clock when it opened, ms; known from the first look on. */
  seen: number | undefined;
  /** Row of the retraction, when no member is left. */
  last: AlertRow | undefined;
  /** The run's clock when something is to leave, ms; set by `WaitingAlerts`, and from the state. */
  dueAt = Infinity;
  /** The run's clock when the last of its rows left because time passed, ms; Infinity: some row has not. */
  closedSince = Infinity;
  #best: AlertMember | undefined;

  constructor(id: string, openedAt: number, countsFrom: number) {
    this.id = id;
    this.openedAt = openedAt;
    this.countsFrom = countsFrom;
  }

  /** The member with the least (time, row key): the one that is shown. */
  get best(): AlertMember | undefined {
    if (this.#best === undefined) {
      for (const member of this.members.values()) {
        if (this.#best === undefined || compareRows(member.row, this.#best.row) < 0) this.#best = member;
      }
    }
    return this.#best;
  }

  get allClosed(): boolean {
    for (const member of this.members.values()) if (!member.closed) return false;
    return true;
  }

  /** Rows beside the one that is shown. */
  get others(): number {
    return Math.max(0, this.members.size - 1 + this.forgotten);
  }

  /** Also when the row of a member changed. */
  put(member: AlertMember): void {
    const { key } = member;
    const best = this.#best;
    // Its row may be a later one now, and then another one is the best.
    if (best?.key === key) this.#best = undefined;
    else if (best !== undefined && compareRows(member.row, best.row) < 0) this.#best = member;
    this.members.set(key, member);
    this.last = undefined;
  }

  remove(member: AlertMember): void {
    if (this.members.size === 1) this.last = member.row;
    if (this.#best === member) this.#best = undefined;
    if (this.shown === member.row) this.shown = undefined;
    this.members.delete(member.key);
  }

  /** Lets go of a closed row that is not shown; it goes on counting. */
  forget(key: string): void {
    this.members.delete(key);
    this.forgotten++;
  }
}

function compareRows(a: AlertRow, b: AlertRow): number {
  return compareInstants(a.time, b.time) || compareTexts(a.rowKey, b.rowKey) || compareTexts(a.episode, b.episode);
}
