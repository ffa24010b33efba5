import type { AlertOutbox } from '../../hunts/alerts/alert-outbox.ts';
import type { HuntResult } from '../../hunts/run/hunt-result.ts';
import type { DiskGuard } from '../../hunts/limits/disk-guard.ts';
import type { InputCounts } from '../../hunts/run/run-observer.ts';
import type { ScopeRun } from '../../hunts/run/scope-run.ts';
import { sumCounts } from '../../hunts/input/sum-counts.ts';
import { OneAtATime } from '../one-at-a-time.ts';
import type { SessionOptions } from './session-options.ts';
import type { ScopeFailure } from './session-result.ts';
import { isLive } from './endless-sources.ts';

/** Hunts of a session between two exchanges, and what their scopes share. */
export interface SessionRound {
  readonly options: SessionOptions;
  readonly commits: OneAtATime;
  readonly results: Map<string, HuntResult>;
  /** Input of earlier rounds. */
  readonly past: InputCounts;
  /** Those of this round. */
  readonly scopes: ScopeRun[];
  readonly failures: ScopeFailure[];
  /** A defect was met: scopes that run beside it end. */
  readonly stop: AbortController;
  /** Some source may never end. */
  readonly isLive: boolean;
  readonly outbox: AlertOutbox | undefined;
  readonly disk: DiskGuard | undefined;
}

/** What has been read in all rounds so far. */
export function inputOf({ past, scopes }: SessionRound): InputCounts {
  return sumCounts([past, ...scopes.map(({ counts }) => counts)]);
}

export function newRound(
  options: SessionOptions,
  waited: Pick<SessionRound, 'outbox' | 'disk'>,
  past: InputCounts,
): SessionRound {
  return {
    options,
    ...waited,
    commits: new OneAtATime(),
    results: new Map(),
    past,
    scopes: [],
    failures: [],
    stop: new AbortController(),
    isLive: isLive(options),
  };
}
