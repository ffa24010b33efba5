/** Why a delta came about: `tick` = time passed (expiry is not retraction, decision 10); `replay` = after a restart. */
export type DeltaCause = 'record' | 'tick' | 'replay';

/**
 * What happened to a variable in one phase of an epoch (decision 14): disjoint lists of stable entity handles, without
 * repetitions. `touched`: still a member, content changed. Silence means nothing happened.
 */
export interface Delta {
  readonly epoch: number;
  readonly cause: DeltaCause;
  readonly entered: readonly number[];
  readonly left: readonly number[];
  readonly touched: readonly number[];
}
