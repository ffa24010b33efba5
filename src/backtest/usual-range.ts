import type { SeenRange } from '../hunts/coverage/seen-ranges.ts';

/** Records that lie further than this from the others may be of a clock that is wrong, ms. */
const APART_MS = 30 * 86_400_000;
/** And are, where they are at most this part of all. */
const FEW = 0.001;

/** The stretch of time that nearly all records are of. */
export interface UsualRange {
  readonly fromMs: number;
  readonly toMs: number;
  /** Records that lie apart from it. */
  readonly apart: number;
}

/**
 * One record with the date of 1970 must not make ten thousand days of an hour: what lies more than 30 days from the others and is at
 * most a thousandth of all is apart. `seen`: in any order, overlaps allowed. Undefined without records.
 */
export function usualRange(seen: readonly SeenRange[]): UsualRange | undefined {
  const clusters: { fromMs: number; toMs: number; records: number }[] = [];
  for (const range of [...seen].sort((a, b) => a.fromMs - b.fromMs)) {
    const last = clusters.at(-1);
    if (last === undefined || range.fromMs - last.toMs > APART_MS) clusters.push({ ...range });
    else {
      last.toMs = Math.max(last.toMs, range.toMs);
      last.records += range.records;
    }
  }
  const all = clusters.reduce((sum, { records }) => sum + records, 0);
  const usual = clusters.filter(({ records }) => records > all * FEW);
  const [first, last] = [usual[0], usual.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  const within = clusters.filter(({ fromMs }) => fromMs >= first.fromMs && fromMs <= last.fromMs);
  const apart = all - within.reduce((sum, { records }) => sum + records, 0);
  return { fromMs: first.fromMs, toMs: last.toMs, apart };
}
