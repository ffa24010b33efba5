import type { EpochCounts } from '../../dataflow/scope.ts';
import { decodeState, encodeState } from '../../store/state-codec.ts';
import { stateKey, stateKeyRange } from '../../store/state-keys.ts';
import type { StateStore, StateWrite } from '../../store/state-store.ts';
import type { InputCounts } from '../run/run-observer.ts';

/** Name and value of something that is kept; values as the state codec takes them. */
export type RunNote = readonly [name: string, value: unknown];

/**
 * What whoever runs hunts over a range keeps of it beside the state, so that the range counts as a whole however often it is interrupted:
 * what changed goes into the commit of the epochs that changed it.
 */
export interface RunNotes {
  /** A scope begins; with nothing, or with what was kept by its last commit. */
  restore(notes: readonly RunNote[]): void;
  /** What changed since the last call. */
  takeChanged(): readonly RunNote[];
}

/** The counts of the input are a note too. */
const INPUT = '';

/** Gives back what a scope had come to; its counts go on from there. */
export function restoreNotes(
  notes: RunNotes | undefined,
  stored: readonly RunNote[],
  counts: InputCounts,
  ofEpochs: EpochCounts,
): void {
  if (notes === undefined) return;
  const input = stored.find(([name]) => name === INPUT)?.[1] as InputCounts | undefined;
  if (input !== undefined) Object.assign(counts, input);
  ofEpochs.late = counts.late;
  ofEpochs.refused = counts.refused;
  notes.restore(stored.filter(([name]) => name !== INPUT));
}

/** What goes into a commit. */
export function changedNotes(notes: RunNotes | undefined, counts: InputCounts): readonly RunNote[] {
  return notes === undefined ? [] : [[INPUT, counts], ...notes.takeChanged()];
}

export function noteWrites(cohort: string, notes: readonly RunNote[]): StateWrite[] {
  return notes.map(([name, value]) => ({
    kind: 'put',
    key: stateKey('p', 'notes', cohort, name),
    value: encodeState([name, value]),
  }));
}

/** Throws `StateError`. */
export async function readNotes(store: StateStore, cohort: string): Promise<RunNote[]> {
  const notes: RunNote[] = [];
  const { from, to } = stateKeyRange('p', 'notes', cohort);
  for await (const { value } of store.range(from, to)) notes.push(decodeState(value) as RunNote);
  return notes;
}
