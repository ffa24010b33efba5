import { compareInstants } from '../../catalogue/instant.ts';
import { emptyCounts, type InputCounts } from '../run/run-observer.ts';

/** The input of several runs as that of one. */
export function sumCounts(runs: readonly InputCounts[]): InputCounts {
  const sum = emptyCounts();
  for (const counts of runs) addCounts(sum, counts);
  return sum;
}

function addCounts(sum: InputCounts, counts: InputCounts): void {
  sum.records += counts.records;
  sum.ignored += counts.ignored;
  sum.duplicates += counts.duplicates;
  sum.undecodable += counts.undecodable;
  sum.late += counts.late;
  sum.refused += counts.refused;
  const { from, to } = counts;
  if (from !== undefined && (sum.from === undefined || compareInstants(from, sum.from) < 0)) sum.from = from;
  if (to !== undefined && (sum.to === undefined || compareInstants(to, sum.to) > 0)) sum.to = to;
}
