import { endOf, type CoverageCause } from './coverage-hole.ts';
import type { PartitionCoverage } from './partition-coverage.ts';

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
  const starts = ranges.map(({ fromMs: ms, records }) => ({ ms, records })).sort((a, b) => a.ms - b.ms);
  const ends = ranges.map(({ toMs: ms, records }) => ({ ms, records })).sort((a, b) => b.ms - a.ms);
  let [{ ms: fromMs }, { ms: toMs }] = [starts[0], ends[0]] as [AxisEnd, AxisEnd];
  // What is far at one end shows only once the other one is near.
  for (let i = 0; i < 2; i++) {
    toMs = axisEnd(
      ends.filter(({ ms }) => ms >= fromMs),
      fromMs,
      strays,
    );
    fromMs = axisEnd(
      starts.filter(({ ms }) => ms <= toMs),
      toMs,
      strays,
    );
  }
  const inside = ranges.filter((range) => range.fromMs >= fromMs && range.toMs <= toMs);
  const outside =
    ranges.reduce((sum, { records }) => sum + records, 0) - inside.reduce((sum, { records }) => sum + records, 0);
  return { fromMs, toMs, outside };
}

interface AxisEnd {
  readonly ms: number;
  readonly records: number;
}

/** One end of an axis whose other end is known. `ends`: the outermost first. */
function axisEnd(ends: readonly AxisEnd[], otherMs: number, strays: number): number {
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
    const last = Math.min(width - 1, Math.floor((Math.min(toMs, axis.toMs) - axis.fromMs) / cellMs));
    for (let i = Math.min(last, Math.max(0, Math.floor((fromMs - axis.fromMs) / cellMs))); i <= last; i++) {
      if (GRAVITY.indexOf(cell) < GRAVITY.indexOf(cells[i] as TimelineCell)) cells[i] = cell;
    }
  };
  for (const { fromMs, toMs } of partition.ranges) draw(fromMs, toMs, 'seen');
  for (const hole of partition.holes) draw(hole.fromMs, endOf(hole), DRAWN[hole.cause]);
  return cells;
}
