import { BatchMerge, type SourcedBatch } from './batch-merge.ts';
import { LiveMerge } from './live-merge.ts';
import { openSupplies } from './open-supplies.ts';
import type { ScopeRunOptions } from '../run/scope-run-options.ts';
import type { BatchSupply, PlacePosition } from './source-reader.ts';

/** Batches that come as they come. */
export interface LiveInput {
  /** All that comes has been taken. */
  readonly ended: boolean;
  /** A batch that is there, without waiting for input. */
  take(): SourcedBatch | undefined | Promise<SourcedBatch | undefined>;
  /** Until `take` may give something, the input has ended, or `ms` have passed. */
  wait(ms: number): Promise<void>;
}

/** Batches in an order of their own, to their end. */
export interface OrderedInput {
  next(): Promise<SourcedBatch | undefined>;
}

/** What a scope reads, in the order in which it reads it. */
export interface ScopeInput {
  /** What the batches come from: told of commits, closed at the end. */
  readonly supplies: readonly BatchSupply[];
  /** History of sources that go on live: to be read first. */
  readonly history: OrderedInput;
  /** Instead of `live`: input that has an end. */
  readonly ordered: OrderedInput;
  readonly live: LiveInput | undefined;
}

/** The sources of a scope. `known`: how far places have been read; `smallestWindowMs`: of LAST; `nowMs`: wall time. */
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
