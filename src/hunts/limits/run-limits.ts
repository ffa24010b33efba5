/** What a run may take before it says so or stops (docs/limits.md). Bytes, rows, milliseconds of the wall clock. */
export interface RunLimits {
  /** A live source without a record for this long is told. */
  readonly silentAfterMs: number;
  /** Rows that the operators of one hunt may hold; a hunt beyond it stops. */
  readonly huntRows: number;
  /** Share of the wall time that one hunt of a live run may take before it is told, 0…1. */
  readonly huntShare: number;
  readonly slowHunts: 'tell' | 'stop';
  /** Least free space on the disk of the state folder. */
  readonly stateFreeBytes: number;
  /** Greatest size of the state folder; Infinity: none. */
  readonly stateMaxBytes: number;
  /** Entities whose contents stay in memory where there is a state, for each scope; others are read from it when needed. */
  readonly entityCache: number;
}

export const DEFAULT_RUN_LIMITS: RunLimits = {
  silentAfterMs: 600_000,
  huntRows: 5_000_000,
  huntShare: 0.5,
  slowHunts: 'tell',
  stateFreeBytes: 32 * 1024 * 1024,
  stateMaxBytes: Infinity,
  entityCache: 32_768,
};
