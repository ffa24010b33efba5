import { decodeState, encodeState } from '../../store/state-codec.ts';
import { stateKey, stateKeyRange } from '../../store/state-keys.ts';
import type { StateStore, StateWrite } from '../../store/state-store.ts';
import { BACKFILL_SUMMARY, readLedgerEntry } from '../alerts/alert-ledger-state.ts';

/** Some 50 bytes each in the journal, which is bounded. */
const MOST_PENDING = 100_000;

/** How far the revisions of an alert had come in a state that is dropped. */
export interface EarlierRevision {
  readonly id: string;
  readonly revision: number;
}

/**
 * Revisions of the alerts of a hunt that left before its state is dropped. Revisions of an alert count up whatever
 * happens: a sink takes a lower one for something it already has.
 */
export async function earlierRevisions(
  store: StateStore,
  cohort: string,
  hunt: string,
  slots: readonly number[],
): Promise<EarlierRevision[]> {
  const revisions: EarlierRevision[] = [];
  for (const slot of slots) {
    const { from, to } = stateKeyRange('a', cohort, hunt, slot);
    for await (const { value } of store.range(from, to)) {
      const entry = readLedgerEntry(decodeState(value));
      if (entry.kind === 'member') continue;
      const { id, revision } = entry.kind === 'backfill' ? { id: BACKFILL_SUMMARY, ...entry.backfill } : entry;
      if (revision > 0) revisions.push({ id, revision });
    }
  }
  return newestRevisions(revisions);
}

/** Each alert once: where a hunt has several, all of them were given what an older version had come to. */
export function newestRevisions(revisions: Iterable<EarlierRevision>): EarlierRevision[] {
  const newest = new Map<string, number>();
  for (const { id, revision } of revisions) newest.set(id, Math.max(revision, newest.get(id) ?? 0));
  return [...newest].map(([id, revision]) => ({ id, revision }));
}

/** Revisions of an older version that no alert has counted on from yet; the first ones where there are very many. */
export async function pendingRevisions(
  store: StateStore,
  cohort: string,
  hunt: string,
  slot: number,
): Promise<EarlierRevision[]> {
  const revisions: EarlierRevision[] = [];
  const { from, to } = stateKeyRange('a', cohort, hunt, slot);
  for await (const { value } of store.range(from, to)) {
    const entry = readLedgerEntry(decodeState(value));
    if (entry.kind !== 'earlier') continue;
    revisions.push({ id: entry.id, revision: entry.revision });
    if (revisions.length === MOST_PENDING) break;
  }
  return revisions;
}

/** What has to be written for an alert without a state to count on from there. */
export function* earlierRevisionWrites(
  revisions: readonly EarlierRevision[],
  cohort: string,
  hunt: string,
  slot: number,
): Generator<StateWrite> {
  for (const { id, revision } of revisions) {
    const value = encodeState({ kind: 'earlier', id, revision });
    yield { kind: 'put', key: stateKey('a', cohort, hunt, slot, `e${id}`), value };
  }
}
