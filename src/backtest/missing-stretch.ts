import type { CoverageHole } from '../hunts/coverage/coverage-hole.ts';
import { holeDocument, type HoleDocument } from '../hunts/coverage/coverage-document.ts';
import type { PartitionCoverage } from '../hunts/coverage/partition-coverage.ts';

/** Something that a source may have had in the range, and that was gone or left out. */
export interface MissingStretch {
  readonly source: string;
  readonly place: string;
  readonly hole: CoverageHole;
}

/** Holes that are told. */
const MOST_TOLD = 1000;
/** Causes that the counts of the input tell, and of which nothing is missing at the end. */
const TOLD_ELSEWHERE = new Set(['undecodable', 'refused', 'source-away']);

/** What is missing of the sources of a backtest, each stretch once, by place. */
export function missingStretches(partitions: readonly PartitionCoverage[]): readonly MissingStretch[] {
  const byPlace = new Map(partitions.map((partition) => [`${partition.source}\0${partition.place}`, partition]));
  return [...byPlace.values()]
    .flatMap(({ source, place, holes }) =>
      holes.filter(({ cause }) => !TOLD_ELSEWHERE.has(cause)).map((hole) => ({ source, place, hole })),
    )
    .sort((a, b) => (a.place < b.place ? -1 : a.place > b.place ? 1 : 0))
    .slice(0, MOST_TOLD);
}

export function missingDocument({
  source,
  place,
  hole,
}: MissingStretch): HoleDocument & { source: string; place: string } {
  return { source, place, ...holeDocument(hole) };
}

/** `sysflow/0: from 2026-05-01T00:00:00Z to …, 12 messages (expired)`. The place is not escaped. */
export function missingText({ place, hole }: MissingStretch): string {
  const { from, to, count, offsets, cause } = holeDocument(hole);
  const when = from === undefined ? '' : ` from ${from}${to === undefined ? ' on' : ` to ${to}`},`;
  const which = offsets === undefined ? '' : ` (offsets ${offsets.first} to ${offsets.last})`;
  return `${place}:${when} ${count === undefined ? 'nobody knows how many' : count} messages${which} missing: ${cause}`;
}
