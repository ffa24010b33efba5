import type { WindhoverError } from '../../errors/windhover-error.ts';
import type { HuntResult } from '../../hunts/run/hunt-result.ts';
import type { PartitionCoverage } from '../../hunts/coverage/partition-coverage.ts';
import type { InputCounts } from '../../hunts/run/run-observer.ts';

export interface SessionResult {
  readonly results: ReadonlyMap<string, HuntResult>;
  readonly input: InputCounts;
  /** What each scope has seen of its sources, earlier runs of the state included. */
  readonly coverage: readonly SessionCoverage[];
  /** What stopped a scope: its hunts have no result, or one up to the failure. */
  readonly failures: readonly ScopeFailure[];
}

export interface SessionCoverage {
  readonly hunts: readonly string[];
  readonly partitions: readonly PartitionCoverage[];
}

export interface ScopeFailure {
  readonly hunts: readonly string[];
  readonly error: WindhoverError;
}
