import type { Subject } from 'rxjs';
import type { Delta, DeltaCause } from './delta.ts';

/** The phase of an epoch that operators run in. */
export interface Phase {
  readonly epoch: number;
  readonly cause: DeltaCause;
}

/**
 * One step of a hunt, over sets of entity handles.
 *
 * Contract, held by every operator and relied on by the scheduler:
 * - inputs arrive by `receive`-like methods of the class before `apply`; `hasInput` tells whether any did;
 * - `keysNeeded` adds the handles whose content `apply` will read and that are not in memory; it is asked again after
 *   they have been loaded, until it adds nothing (at most once per step of the longest path, decision 15);
 * - `apply` is synchronous, consumes the input and returns the change of the output, or nothing;
 * - `members` is the output after the deltas so far: entered and left lists are disjoint and exact against it;
 * - the output is a function of the inputs' contents only, never of the order in which they came
 *   (order of entry for LIMIT apart).
 */
export interface Operator {
  readonly output: Subject<Delta>;
  hasInput(): boolean;
  keysNeeded(into: Set<number>): void;
  apply(phase: Phase): Delta | undefined;
  /** Members now. Iteration order is order of entry. */
  readonly members: ReadonlyMap<number, unknown> | ReadonlySet<number>;
}

/** Collects a change so that lists stay disjoint: what enters and leaves again in one phase did not happen. */
export class DeltaBuilder {
  readonly entered = new Set<number>();
  readonly left = new Set<number>();
  readonly touched = new Set<number>();

  enter(handle: number): void {
    if (this.left.delete(handle)) this.touched.add(handle);
    else this.entered.add(handle);
  }

  leave(handle: number): void {
    this.touched.delete(handle);
    if (!this.entered.delete(handle)) this.left.add(handle);
  }

  touch(handle: number): void {
    if (!this.entered.has(handle)) this.touched.add(handle);
  }

  build(phase: Phase): Delta | undefined {
    if (this.entered.size + this.left.size + this.touched.size === 0) return undefined;
    return {
      epoch: phase.epoch,
      cause: phase.cause,
      entered: [...this.entered],
      left: [...this.left],
      touched: [...this.touched],
    };
  }
}
