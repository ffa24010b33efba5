import { decodeState, encodeState } from '../../store/state-codec.ts';
import { stateKey, stateKeyRange } from '../../store/state-keys.ts';
import type { StateStore, StateWrite } from '../../store/state-store.ts';
import type { StoredCoverage } from './partition-coverage.ts';

/** What a commit writes of the ledger of a cohort. */
export function coverageWrites(cohort: string, changed: readonly StoredCoverage[]): StateWrite[] {
  return changed.map((each) => ({
    kind: 'put',
    // A file may be called as a hunt is.
    key: stateKey('c', cohort, each.source, each.place, ...(each.kind === 'hunt' ? ['hunt'] : [])),
    value: encodeState(each),
  }));
}

/** What the state holds of the ledger of a cohort. Throws `StateError`. */
export async function readCoverage(store: StateStore, cohort: string): Promise<StoredCoverage[]> {
  const entries: StoredCoverage[] = [];
  const { from, to } = stateKeyRange('c', cohort);
  for await (const { value } of store.range(from, to)) entries.push(decodeState(value) as StoredCoverage);
  return entries;
}
