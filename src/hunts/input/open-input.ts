import { BatchMerge } from './batch-merge.ts';
import { LiveMerge } from './live-merge.ts';
import { openSupplies } from './open-supplies.ts';
import type { ScopeRunOptions } from '../run/scope-run-options.ts';
import type { PlacePosition } from './source-reader.ts';
import type { ScopeInput } from './scope-input.ts';

/** The sources of a scope. `known`: how far places have been read; `smallestWindowMs`: of LAST and retentions; `nowMs`: wall time. */
export function openInput(
  options: ScopeRunOptions,
  known: readonly PlacePosition[],
  smallestWindowMs: number,
  nowMs: number,
  signal: AbortSignal,
): ScopeInput {
  const { histories, sources } = openSupplies(options, known, smallestWindowMs, nowMs);
  const timer = options.live?.timer;
  return {
    supplies: [...histories, ...sources],
    history: new BatchMerge(histories),
    ordered: new BatchMerge(sources),
    live: timer === undefined ? undefined : new LiveMerge(sources, timer, signal),
  };
}
