import { endOf, type CoverageCause } from './coverage-hole.ts';
import type { PartitionCoverage } from './partition-coverage.ts';
import type { SeenRange } from './seen-ranges.ts';

/** Ends of the axis may be left out where they hold at most this part of all records. */
const STRAY_PART = 0.01;
/** An end is left out only where that makes the axis so many times shorter. */
const WORTH = 2;

/** The stretch of event time that is drawn, ms. */
export interface TimelineAxis {
  readonly fromMs: number;
  readonly toMs: number;
  /** Records before and behind it: of clocks that are wrong, mostly. */
  readonly outside: number;
}

/** What is drawn in one cell: the gravest of what it holds. */
export type TimelineCell = 'lost' | 'doubtful' | 'away' | 'seen' | 'silent';

const GRAVITY: readonly TimelineCell[] = ['lost', 'doubtful', 'away', 'seen', 'silent'];
const DRAWN: Readonly<Record<CoverageCause, TimelineCell>> = {
  undecodable: 'lost',
  refused: 'lost',
  expired: 'lost',
  budget: 'lost',
  gap: 'doubtful',
  'source-away': 'away',
};

/**
 * The axis on which partitions can be compared; undefined where none has seen anything. One record of the year 9999 does
 * not press everything else into one cell.
 */
export function timelineAxis(partitions: readonly PartitionCoverage[]): TimelineAxis | undefined {
  const ranges = partitions.flatMap((partition) => partition.ranges);
  if (ranges.length === 0) return undefined;
  const strays = ranges.reduce((sum, { records }) => sum + records, 0) * STRAY_PART;
  const byStart = ranges.toSorted((a, b) => a.fromMs - b.fromMs);
  const byEnd = ranges.toSorted((a, b) => b.toMs - a.toMs);
  const { fromMs: least } = byStart[0] as SeenRange;
  const toMs = axisEnd(
    byEnd.map(({ toMs: ms, records }) => ({ ms, records })),
    least,
    strays,
  );
  const kept = byStart.filter((range) => range.fromMs <= toMs);
  const fromMs = axisEnd(
    kept.map(({ fromMs: ms, records }) => ({ ms, records })),
    toMs,
    strays,
  );
  const inside = ranges.filter((range) => range.fromMs >= fromMs && range.toMs <= toMs);
  const outside =
    ranges.reduce((sum, { records }) => sum + records, 0) - inside.reduce((sum, { records }) => sum + records, 0);
  return { fromMs, toMs, outside };
}

/** One end of an axis whose other end is known. `ends`: the outermost first. */
function axisEnd(
  ends: readonly { readonly ms: number; readonly records: number }[],
  otherMs: number,
  strays: number,
): number {
  let [best] = ends.map(({ ms }) => ms) as [number];
  let records = 0;
  for (const [i, end] of ends.entries()) {
    records += end.records;
    const next = ends[i + 1];
    if (records > strays || next === undefined) break;
    if (Math.abs(next.ms - otherMs) * WORTH <= Math.abs(best - otherMs)) best = next.ms;
  }
  return best;
}

/** `width` cells of equal length from one end of the axis to the other. */
export function timelineCells(partition: PartitionCoverage, axis: TimelineAxis, width: number): TimelineCell[] {
  const cells: TimelineCell[] = Array.from({ length: width }, () => 'silent');
  const cellMs = Math.max(1, axis.toMs - axis.fromMs) / width;
  const draw = (fromMs: number, toMs: number, cell: TimelineCell): void => {
    if (toMs < axis.fromMs || fromMs > axis.toMs) return;
    const last = Math.min(width - 1, Math.floor((toMs - axis.fromMs) / cellMs));
    for (let i = Math.min(last, Math.max(0, Math.floor((fromMs - axis.fromMs) / cellMs))); i <= last; i++) {
      if (GRAVITY.indexOf(cell) < GRAVITY.indexOf(cells[i] as TimelineCell)) cells[i] = cell;
    }
  };
  for (const { fromMs, toMs } of partition.ranges) draw(fromMs, toMs, 'seen');
  for (const hole of partition.holes) draw(hole.fromMs, endOf(hole), DRAWN[hole.cause]);
  return cells;
}
