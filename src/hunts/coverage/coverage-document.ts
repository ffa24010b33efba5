import { formatInstant } from '../../catalogue/instant.ts';
import type { CoverageCause, CoverageHole } from './coverage-hole.ts';
import type { CoverageKind, PartitionCoverage } from './partition-coverage.ts';
import type { SeenRange } from './seen-ranges.ts';

/** Times are ISO 8601 UTC. */
export interface RangeDocument {
  readonly from: string;
  readonly to: string;
  readonly records: number;
}

export interface HoleDocument {
  readonly cause: CoverageCause;
  /** Event time, of `source-away` wall time; absent: not known. */
  readonly from?: string;
  /** Absent where `open` says that nothing has come behind the hole. */
  readonly to?: string;
  readonly open?: true;
  /** Inputs that are missing, as far as that is known; absent: nobody knows. */
  readonly count?: number;
  /** Of some of it nobody knows how many are missing. */
  readonly uncounted?: true;
  readonly offsets?: { readonly first: number; readonly last: number };
  /** Of `source-away`. */
  readonly duration_ms?: number;
  /** It stands for so many separate holes. */
  readonly parts?: number;
}

export interface CoverageDocument {
  readonly source: string;
  /** Absent: the source as a whole, or what is not kept apart. */
  readonly place?: string;
  readonly kind: CoverageKind;
  readonly records: number;
  readonly late: number;
  readonly max_late_ms: number;
  readonly seen: readonly RangeDocument[];
  /** Silences up to this long are not told. */
  readonly silence_ms: number;
  readonly scattered?: RangeDocument;
  readonly holes: readonly HoleDocument[];
}

/** The ledger of a partition as a run and `windhover coverage` give it. */
export function coverageDocument(partition: PartitionCoverage): CoverageDocument {
  const { source, place, kind, records, late, maxLateMs, ranges, silenceMs, scattered, holes } = partition;
  return {
    source,
    ...(kind === 'source' || kind === 'others' ? {} : { place }),
    kind,
    records,
    late,
    max_late_ms: maxLateMs,
    seen: ranges.map(rangeDocument),
    silence_ms: silenceMs,
    ...(scattered === undefined ? {} : { scattered: rangeDocument(scattered) }),
    holes: holes.map(holeDocument),
  };
}

function rangeDocument({ fromMs, toMs, records }: SeenRange): RangeDocument {
  return { from: time(fromMs), to: time(toMs), records };
}

export function holeDocument({
  cause,
  fromMs,
  toMs,
  isOpen,
  count,
  isUncounted,
  offsets,
  parts,
}: CoverageHole): HoleDocument {
  const isAway = cause === 'source-away';
  return {
    cause,
    ...(fromMs === -Infinity ? {} : { from: time(fromMs) }),
    ...(isOpen ? { open: true } : { to: time(toMs) }),
    ...(isAway || (isUncounted && count === 0) ? {} : { count }),
    ...(isUncounted && count > 0 ? { uncounted: true } : {}),
    ...(offsets === undefined ? {} : { offsets: { first: offsets[0], last: offsets[1] } }),
    ...(isAway && !isOpen ? { duration_ms: toMs - fromMs } : {}),
    ...(parts > 1 ? { parts } : {}),
  };
}

function time(ms: number): string {
  return formatInstant({ ms, ns: 0 });
}
