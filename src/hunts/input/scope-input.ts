import type { SourcedBatch } from './batch-merge.ts';
import type { BatchSupply } from './source-reader.ts';

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
