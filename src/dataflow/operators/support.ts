import { compareInstants, type Instant } from '../../catalogue/instant.ts';
import type { Residual } from '../matching/residual.ts';

/** The record that first supported a membership: lineage (decision 31) and the time of an alert (decision 28). */
export interface Witness {
  readonly first: Instant;
  readonly recordId: string;
  readonly source: string;
  readonly place: string;
  readonly offset: number;
}

/** The record that first asserted an edge. Edges are as many as records: its id is not worth reading each record again. */
export type RelationWitness = Omit<Witness, 'recordId'>;

/** When a membership held without a gap: from the first record's start to the last one's end of its window. */
export interface SupportInterval {
  from: Instant;
  /** Greatest last_observed in it. */
  last: Instant;
}

/**
 * Why an entity is in a GET, in bounded space (decision 16): the greatest last_observed of the records that select it,
 * per residual where references decide. No record ids but the first witness.
 */
export interface Support {
  readonly subject: number;
  /** '' where records alone decide. */
  readonly key: string;
  readonly residual: Residual | undefined;
  /** Whether the residual holds with the referenced sets as they are. */
  holds: boolean;
  last: Instant;
  /** Order of arrival of the first selecting mention. */
  arrival: number;
  witness: Witness;
  /** Kept with LAST only; ascending, disjoint by more than the window. */
  readonly intervals: SupportInterval[];
  /** It is in the queue of those that leave the window: once, however often it is seen. */
  isQueued: boolean;
}

/** Without LAST nobody looks at intervals: supports share this list. */
export const NO_INTERVALS: SupportInterval[] = [];

/** Adds a record's interval; two intervals join where the window leaves no gap between them. */
export function addInterval(intervals: SupportInterval[], first: Instant, last: Instant, windowMs: number): void {
  intervals.push({ from: first, last });
  intervals.sort((a, b) => compareInstants(a.from, b.from));
  for (let i = 1; i < intervals.length;) {
    const previous = intervals[i - 1] as SupportInterval;
    const next = intervals[i] as SupportInterval;
    const reach = { ms: previous.last.ms + windowMs, ns: previous.last.ns };
    if (compareInstants(next.from, reach) > 0) {
      i++;
      continue;
    }
    if (compareInstants(next.last, previous.last) > 0) previous.last = next.last;
    intervals.splice(i, 1);
  }
}

/** Lets go of intervals that ended before `horizonMs`; the latest stays. */
export function forgetIntervals(intervals: SupportInterval[], horizonMs: number): void {
  while (intervals.length > 1 && (intervals[0] as SupportInterval).last.ms < horizonMs) intervals.shift();
}
