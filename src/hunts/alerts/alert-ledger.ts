import { millisecondsOf, type Instant } from '../../catalogue/instant.ts';
import { compareTexts } from '../../graph/value.ts';
import { alertContent, buildAlertDocument } from './alert-content.ts';
import type { AlertDocument } from './alert-document.ts';
import { AlertGroup } from './alert-group.ts';
import { ClosedAlerts } from './closed-alerts.ts';
import { alertId, suppressedAlertId } from './alert-id.ts';
import { AlertLedgerChanges, BACKFILL_SUMMARY, readLedgerEntry, type LedgerEntry } from './alert-ledger-state.ts';
import { AlertMember, memberKey } from './alert-member.ts';
import type { AlertRow } from './alert-row.ts';
import type { AlertStanding } from './alert-standing.ts';
import { BackfillSum } from './backfill-sum.ts';
import { alertRule, type AlertRule } from './alert-rule.ts';
import { RecentIds } from './recent-ids.ts';
import { WaitingAlerts } from './waiting-alerts.ts';
import type { HuntAlert, HuntFile } from '../hunt-file/hunt-file.ts';
import { suppressionBucket, suppressionKey } from './suppression-bucket.ts';

/** What one epoch did to the variable. The three lists name different rows. */
export interface AlertEpoch {
  readonly epoch: number;
  /** The run's clock. */
  readonly now: Instant;
  readonly entered: readonly AlertRow[];
  /** Rows whose content or time changed. */
  readonly revised: readonly AlertRow[];
  /** `record`: evidence took them away; `tick`: time passed (LAST, retention), which retracts nothing. */
  readonly left: readonly { readonly rowKey: string; readonly cause: 'record' | 'tick' }[];
}

/**
 * Decides, for one alerted variable, which documents leave and when: settling, revisions, retraction, suppression.
 * A pure state machine: fed with epochs and clocks, asked for documents; its changes go into the commit.
 *
 * Of an alert leave revision 1 (`open`), and then one more for each epoch that changes what it shows (`revised`) or
 * takes away its evidence (`retracted`); one that comes back is `revised`.
 */
export class AlertLedger {
  readonly #rule: AlertRule;
  readonly #groups = new Map<string, AlertGroup>();
  readonly #members = new Map<string, AlertMember>();
  /** By row key: the episode that has not left. */
  readonly #current = new Map<string, AlertMember>();
  readonly #waiting = new WaitingAlerts();
  /** That opened since the last look. */
  #unseen: AlertGroup[] = [];
  readonly #suppressedIds = new RecentIds();
  readonly #closed: ClosedAlerts;
  readonly #changes = new AlertLedgerChanges();
  readonly #counts = { opened: 0, revised: 0, retracted: 0, suppressed: 0 };
  readonly #backfill: BackfillSum;
  /** Revisions that an older version of the hunt had come to, by alert id. */
  readonly #earlier = new Map<string, number>();
  /** What history held beyond the limit has been summed up: what is found beyond it later is told at once. */
  #isSummedUp = false;
  #now = -Infinity;

  /** `nameOf`: from an attribute as the hunt file writes it to the path under which rows carry it. */
  constructor(options: {
    readonly hunt: HuntFile;
    readonly alert: HuntAlert;
    readonly fingerprint: string;
    readonly nameOf?: (written: string) => string;
    /** How many closed rows and alerts are remembered. */
    readonly mostClosed?: number;
  }) {
    this.#rule = alertRule(options.hunt, options.alert, options.fingerprint, options.nameOf ?? ((written) => written));
    this.#backfill = new BackfillSum(this.#rule);
    this.#closed = new ClosedAlerts(options.mostClosed);
  }

  /** Alerts and rows of which something is kept. */
  get kept(): { readonly alerts: number; readonly rows: number } {
    return { alerts: this.#groups.size, rows: this.#members.size };
  }

  /** What left since the ledger was made; `suppressed`: rows that alerts which left stand for beside their own. */
  get counts(): {
    readonly opened: number;
    readonly revised: number;
    readonly retracted: number;
    readonly suppressed: number;
  } {
    return { ...this.#counts };
  }

  /** The row of a key that has not left, as it was read last. */
  current(rowKey: string): AlertRow | undefined {
    return this.#current.get(rowKey)?.row;
  }

  /** What has become of rows, in each of their episodes; of those that the ledger still knows. */
  standings(rowKeys: ReadonlySet<string>): AlertStanding[] {
    return [...this.#members.values()]
      .filter(({ rowKey }) => rowKeys.has(rowKey))
      .map(({ group: { id, status, best }, rowKey }) => {
        return { rowKey, id, status, shown: best?.rowKey ?? rowKey };
      });
  }

  apply({ now, entered, revised, left }: AlertEpoch): void {
    this.#now = millisecondsOf(now);
    for (const { rowKey, cause } of left) {
      const member = this.#current.get(rowKey);
      if (member) this.#leave(member, cause);
    }
    for (const row of entered) this.#put(row, 'tick');
    // Another episode of a row that has not left: a late record joined two, and only one of them was.
    for (const row of revised) this.#put(row, 'record');
  }

  /** From when on something may leave, ms of the run's clock; Infinity: nothing waits. */
  get dueFrom(): number {
    return this.#waiting.dueFrom;
  }

  /** The documents that leave now, ordered by row key. `wallNow`: ms. */
  due(now: Instant, wallNow: number): AlertDocument[] {
    this.#now = millisecondsOf(now);
    return this.#collect(this.#now, wallNow);
  }

  /** The input has ended: what waits leaves now. */
  flush(wallNow: number): AlertDocument[] {
    const leaving = this.#collect(Infinity, wallNow);
    return [...leaving, ...this.endBackfill(wallNow)];
  }

  /** History has been read: one alert for what it held beyond the limit, or none. */
  endBackfill(wallNow: number): AlertDocument[] {
    this.#isSummedUp = true;
    return this.#backfillSummary(wallNow);
  }

  /** Changes since the last call, for the commit. `value` undefined: to be deleted. */
  takeChanged(): { readonly key: string; readonly value: LedgerEntry | undefined }[] {
    return this.#changes.take(this.#groups, this.#members, () => this.#backfill.stored());
  }

  /** As `takeChanged`, where nothing is stored. */
  forgetChanged(): void {
    this.#changes.forget();
  }

  /** Takes in the values of all entries that `takeChanged` ever gave and did not delete, in any order. False: there are no rows. */
  restore(entries: Iterable<unknown>): boolean {
    const members: Extract<LedgerEntry, { kind: 'member' }>[] = [];
    for (const value of entries) {
      const entry = readLedgerEntry(value);
      if (entry.kind === 'member') members.push(entry);
      else if (entry.kind === 'backfill') this.#backfill.restore(entry.backfill);
      else if (entry.kind === 'earlier') this.#earlier.set(entry.id, entry.revision);
      else this.#groups.set(entry.id, AlertLedgerChanges.group(entry));
    }
    const since = (id: string): number => this.#groups.get(id)?.closedSince ?? Infinity;
    // Closed rows in the order in which their alerts closed.
    for (const { group: id, row, closed } of members.sort((a, b) => compare(since(a.group), since(b.group)))) {
      const group = this.#groups.get(id);
      if (!group) continue;
      const member = new AlertMember(group, row);
      group.put(member);
      this.#members.set(member.key, member);
      if (closed) this.#close(member);
      else this.#current.set(row.rowKey, member);
    }
    for (const group of this.#groups.values()) {
      if (group.dueAt !== Infinity) this.#waiting.add(group, group.dueAt);
    }
    for (const group of [...this.#groups.values()].sort((a, b) => compare(a.closedSince, b.closedSince))) {
      if (group.members.size === 0) this.#closed.retract(group);
      else if (group.closedSince !== Infinity) this.#closed.end(group);
    }
    return this.#groups.size > 0;
  }

  #put(row: AlertRow, otherEpisode: 'record' | 'tick'): void {
    const key = memberKey(row);
    const current = this.#current.get(row.rowKey);
    let member = this.#members.get(key);
    if (current && current !== member) this.#leave(current, otherEpisode);
    const group = this.#groupOf(row);
    if (member && member.group !== group) {
      this.#remove(member);
      member = undefined;
    }
    if (member) member.open(row);
    else member = new AlertMember(group, row);
    group.put(member);
    this.#members.set(key, member);
    this.#current.set(row.rowKey, member);
    group.closedSince = Infinity;
    this.#closed.goOn(group);
    this.#closed.open(member);
    this.#changes.member(key);
    this.#touch(group);
  }

  #leave(member: AlertMember, cause: 'record' | 'tick'): void {
    this.#current.delete(member.rowKey);
    const { group } = member;
    if (cause === 'record' && !(this.#rule.latch && group.status !== 'pending')) {
      this.#remove(member);
      return;
    }
    this.#close(member);
    this.#changes.member(member.key);
    this.#endWhereClosed(group);
  }

  #endWhereClosed(group: AlertGroup): void {
    if (group.members.size === 0 || !group.allClosed) return;
    group.closedSince = this.#now;
    // Its row is packed from now on, and made anew at each look.
    group.shown = undefined;
    this.#closed.end(group);
    this.#changes.group(group.id);
  }

  #close(member: AlertMember): void {
    member.close();
    this.#closed.close(member);
  }

  #remove(member: AlertMember): void {
    const { key } = member;
    member.group.remove(member);
    this.#closed.open(member);
    this.#members.delete(key);
    if (this.#current.get(member.rowKey) === member) this.#current.delete(member.rowKey);
    this.#changes.member(key);
    this.#touch(member.group);
    this.#endWhereClosed(member.group);
  }

  #groupOf(row: AlertRow): AlertGroup {
    const { hunt, variable, suppress } = this.#rule;
    let id: string;
    let countsFrom = 0;
    if (suppress) {
      const bucket = suppressionBucket(row, suppress.forMs);
      id = this.#suppressedIds.of(suppressionKey(row, suppress.by), bucket, (key) =>
        suppressedAlertId(hunt.id, variable, key, bucket),
      );
      countsFrom = (bucket + 1) * suppress.forMs;
    } else {
      id = alertId(hunt.id, variable, row.rowKey, row.episode);
    }
    let group = this.#groups.get(id);
    if (!group) this.#groups.set(id, (group = new AlertGroup(id, this.#now, countsFrom)));
    return group;
  }

  #touch(group: AlertGroup): void {
    this.#changes.group(group.id);
    // Only the number of its rows has changed, and that is waited for already.
    if (group.dueAt === group.countsFrom && group.status === 'open' && group.best?.row === group.shown) return;
    if (group.seen === undefined) this.#unseen.push(group);
    this.#waiting.add(group, group.status === 'pending' ? group.openedAt + this.#rule.settleMs : -Infinity);
  }

  #collect(until: number, wallNow: number): AlertDocument[] {
    const leaving: { readonly key: string; readonly document: AlertDocument }[] = [];
    for (const group of this.#unseen) group.seen ??= wallNow;
    if (this.#unseen.length > 0) this.#unseen = [];
    for (const group of this.#waiting.takeDue(until)) {
      const row = group.best?.row ?? group.last;
      const document = this.#decide(group, until, wallNow);
      if (document) leaving.push({ key: row!.rowKey, document });
    }
    this.#forget(this.#now);
    return [
      ...leaving
        .sort((a, b) => compareTexts(a.key, b.key) || compareTexts(a.document.event.id, b.document.event.id))
        .map(({ document }) => document),
      ...(this.#isSummedUp ? this.#backfillSummary(wallNow) : []),
    ];
  }

  /** Looks at a group whose time has come: the document that leaves, or undefined where nothing is to be said. */
  #decide(group: AlertGroup, until: number, wallNow: number): AlertDocument | undefined {
    this.#changes.group(group.id);
    const row = group.best?.row;
    if (group.status === 'summed') {
      if (row === undefined) this.#uncount(group);
      return undefined;
    }
    if (row === undefined) {
      if (group.status === 'pending') this.#groups.delete(group.id);
      else this.#closed.retract(group);
      return group.status === 'open' && group.last ? this.#release(group, group.last, 'retracted', wallNow) : undefined;
    }
    if (group.status === 'pending') return this.#open(group, row, wallNow);
    if (group.status === 'retracted' || group.shown !== row) {
      const content = alertContent(this.#rule, row);
      if (group.status === 'retracted' || content.digest !== group.digest) {
        return this.#release(group, row, 'revised', wallNow, content);
      }
      group.shown = row;
    }
    if (group.others === group.suppressed) return undefined;
    if (until >= group.countsFrom) return this.#release(group, row, 'revised', wallNow);
    this.#waiting.add(group, group.countsFrom);
    return undefined;
  }

  #open(group: AlertGroup, row: AlertRow, wallNow: number): AlertDocument | undefined {
    if (row.backfilled) {
      this.#changes.backfill();
      if (!this.#backfill.admits(row)) {
        group.status = 'summed';
        return undefined;
      }
    }
    return this.#release(group, row, 'open', wallNow);
  }

  #uncount(group: AlertGroup): void {
    this.#backfill.uncount();
    this.#changes.backfill();
    this.#groups.delete(group.id);
  }

  #release(
    group: AlertGroup,
    row: AlertRow,
    status: AlertDocument['windhover']['status'],
    wallNow: number,
    content = alertContent(this.#rule, row),
  ): AlertDocument {
    const suppressed = group.others;
    this.#counts.suppressed += suppressed - group.suppressed;
    this.#counts[status === 'open' ? 'opened' : status]++;
    group.status = status === 'retracted' ? 'retracted' : 'open';
    group.digest = content.digest;
    group.shown = status === 'retracted' ? undefined : row;
    group.suppressed = suppressed;
    group.revision = 1 + this.#countsFrom(group);
    if (status === 'retracted') group.last = undefined;
    const { id, revision, seen } = group;
    return buildAlertDocument(
      this.#rule,
      row,
      { id, status, revision, suppressed, seen: seen ?? wallNow, written: wallNow },
      content,
    );
  }

  /** The last revision that left, of this version of the hunt or of an older one. */
  #countsFrom({ id, revision }: Pick<AlertGroup, 'id' | 'revision'>): number {
    const earlier = this.#earlier.get(id);
    if (revision > 0 || earlier === undefined) return revision;
    this.#earlier.delete(id);
    this.#changes.counted(id);
    return earlier;
  }

  /** Alerts that are over and have nothing left to say. */
  #forget(now: number): void {
    for (const group of this.#closed.takeGroups(now, ({ dueAt }) => dueAt !== Infinity)) {
      this.#groups.delete(group.id);
      this.#changes.group(group.id);
      for (const key of group.members.keys()) this.#forgetRow(key);
    }
    for (const { group, key } of this.#closed.takeRows()) {
      group.forget(key);
      this.#changes.group(group.id);
      this.#forgetRow(key);
    }
  }

  #forgetRow(key: string): void {
    this.#members.delete(key);
    this.#changes.member(key);
  }

  /** One alert for all that history held beyond the limit. */
  #backfillSummary(wallNow: number): AlertDocument[] {
    const document = this.#backfill.tell(wallNow, (revision) => this.#countsFrom({ id: BACKFILL_SUMMARY, revision }));
    if (document === undefined) return [];
    this.#changes.backfill();
    const { status } = document.windhover;
    this.#counts[status === 'open' ? 'opened' : status]++;
    return [document];
  }
}

function compare(a: number, b: number): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
