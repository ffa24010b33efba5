/** Why something of a source was not seen. */
export const COVERAGE_CAUSES = ['undecodable', 'refused', 'source-away', 'expired', 'gap', 'budget'] as const;

/**
 * - `undecodable`: input that could not be decoded;
 * - `refused`: records that were older than the retention when they came;
 * - `source-away`: the source could not be reached; what it holds is read once it is back;
 * - `expired`: messages that were gone from their topic before they were read;
 * - `gap`: history and topics do not join, or it cannot be proved that they do;
 * - `budget`: what came after a hunt was stopped as it took more than its budget; the other hunts saw it.
 */
export type CoverageCause = (typeof COVERAGE_CAUSES)[number];

/** Something that a source had, or may have had, and that no hunt saw. */
export interface SourceHole {
  readonly cause: CoverageCause;
  /** Absent: the place of the batch that it came with. */
  readonly place?: string;
  /** Inputs (lines, messages, records) that are missing; absent: nobody knows. */
  readonly count?: number;
  /** Event time it reaches from, ms; absent: what the partition gave last. */
  readonly fromMs?: number;
  /** Event time it reaches to, ms; absent: what the partition will give next. */
  readonly toMs?: number;
  /** Of the first one and of the last one. */
  readonly offsets?: readonly [number, number];
}

/** A hole as the ledger keeps it. */
export interface CoverageHole {
  readonly cause: CoverageCause;
  /** Event time, ms (`source-away`: wall time); −Infinity where the beginning is not known. */
  readonly fromMs: number;
  readonly toMs: number;
  /** Nothing came behind it yet: it may reach further than `toMs`. */
  readonly isOpen: boolean;
  readonly count: number;
  /** Of some of it nobody knows how many inputs are missing. */
  readonly isUncounted: boolean;
  readonly offsets: readonly [number, number] | undefined;
  /** As how many separate holes it came where the ledger had no room for each; at least 1. */
  readonly parts: number;
}

/** Up to where a hole reaches for all that is known, ms. */
export function endOf({ toMs, isOpen }: Pick<CoverageHole, 'toMs' | 'isOpen'>): number {
  return isOpen ? Infinity : toMs;
}
