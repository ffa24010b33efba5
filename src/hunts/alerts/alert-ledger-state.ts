import { StateError } from '../../errors/windhover-error.ts';
import { AlertGroup, type AlertGroupStatus } from './alert-group.ts';
import type { AlertMember } from './alert-member.ts';
import type { AlertRow } from './alert-row.ts';
import type { StoredQuota } from './backfill-quota.ts';

/** How far history has been told. */
export interface BackfillCounts {
  readonly left: number;
  readonly hosts?: StoredQuota['hosts'];
  readonly summed: number;
  readonly told: number;
  readonly revision: number;
}

interface GroupEntry {
  readonly kind: 'group';
  readonly id: string;
  readonly status: AlertGroupStatus;
  readonly openedAt: number;
  readonly countsFrom: number;
  readonly revision: number;
  readonly digest: string;
  readonly suppressed: number;
  readonly seen: number | null;
  readonly last: AlertRow | null;
  readonly dueAt: number;
  /** Absent in states of a version that did not keep it: such an alert is not forgotten. */
  readonly closedSince?: number;
  /** Absent: 0. */
  readonly forgotten?: number;
}

/** Stands for the alert that sums up history where revisions are counted: it has one id per variable. */
export const BACKFILL_SUMMARY = 'backfill';

/** What a ledger keeps in the state; each value says what it is. */
export type LedgerEntry =
  | GroupEntry
  | { readonly kind: 'member'; readonly group: string; readonly row: AlertRow; readonly closed: boolean }
  | { readonly kind: 'backfill'; readonly backfill: BackfillCounts }
  /** An older version of the hunt gave this alert out, up to that revision; this one has not yet. */
  | { readonly kind: 'earlier'; readonly id: string; readonly revision: number };

const KINDS: ReadonlySet<string> = new Set<LedgerEntry['kind']>(['group', 'member', 'backfill', 'earlier']);

/** Remembers what changed since the last commit. */
export class AlertLedgerChanges {
  #groups = new Set<string>();
  #members = new Set<string>();
  #counted = new Set<string>();
  #backfill = false;

  group(id: string): void {
    this.#groups.add(id);
  }

  member(key: string): void {
    this.#members.add(key);
  }

  /** The revisions of an older version have been counted on from. */
  counted(id: string): void {
    this.#counted.add(id);
  }

  backfill(): void {
    this.#backfill = true;
  }

  take(
    groups: ReadonlyMap<string, AlertGroup>,
    members: ReadonlyMap<string, AlertMember>,
    backfill: () => BackfillCounts,
  ): { key: string; value: LedgerEntry | undefined }[] {
    // Most feeds have nothing to say at most commits.
    if (this.#groups.size + this.#members.size + this.#counted.size === 0 && !this.#backfill) return [];
    const changes: { key: string; value: LedgerEntry | undefined }[] = [];
    for (const id of this.#groups) changes.push({ key: `g${id}`, value: groupEntry(groups.get(id)) });
    for (const key of this.#members) changes.push({ key: `m${key}`, value: memberEntry(members.get(key)) });
    if (this.#backfill) changes.push({ key: 'b', value: { kind: 'backfill', backfill: backfill() } });
    for (const id of this.#counted) changes.push({ key: `e${id}`, value: undefined });
    this.forget();
    return changes;
  }

  /** As `take`, where nothing is stored. */
  forget(): void {
    if (this.#groups.size > 0) this.#groups = new Set();
    if (this.#members.size > 0) this.#members = new Set();
    if (this.#counted.size > 0) this.#counted = new Set();
    this.#backfill = false;
  }

  static group(entry: GroupEntry): AlertGroup {
    const group = new AlertGroup(entry.id, entry.openedAt, entry.countsFrom);
    group.status = entry.status;
    group.revision = entry.revision;
    group.digest = entry.digest;
    group.suppressed = entry.suppressed;
    group.seen = entry.seen ?? undefined;
    group.last = entry.last ?? undefined;
    group.dueAt = entry.dueAt;
    group.closedSince = entry.closedSince ?? Infinity;
    group.forgotten = entry.forgotten ?? 0;
    return group;
  }
}

/** @throws StateError `state-corrupt` */
export function readLedgerEntry(value: unknown): LedgerEntry {
  const kind = typeof value === 'object' && value !== null && 'kind' in value ? value.kind : undefined;
  if (typeof kind === 'string' && KINDS.has(kind)) return value as LedgerEntry;
  throw new StateError('state-corrupt', 'The state holds an alert that cannot be read.', {
    hint: 'Remove the state folder and run again; the sources are read anew.',
  });
}

function groupEntry(group: AlertGroup | undefined): LedgerEntry | undefined {
  if (!group) return undefined;
  const { id, status, openedAt, countsFrom, revision, digest, suppressed, dueAt, closedSince, forgotten } = group;
  const seen = group.seen ?? null;
  const last = group.last ?? null;
  return {
    kind: 'group',
    id,
    status,
    openedAt,
    countsFrom,
    revision,
    digest,
    suppressed,
    seen,
    last,
    dueAt,
    closedSince,
    ...(forgotten === 0 ? {} : { forgotten }),
  };
}

function memberEntry(member: AlertMember | undefined): LedgerEntry | undefined {
  return member && { kind: 'member', group: member.group.id, row: member.row, closed: member.closed };
}
