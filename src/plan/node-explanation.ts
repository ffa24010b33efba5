import type { NodeIndex } from './hunt-plan.ts';

/** How much an operator remembers (the graph apart, which all hunts over the same sources share). */
export type StateClass = 'bounded' | 'grows with entities' | 'unbounded without retention';

export interface NodeExplanation {
  readonly node: number;
  /** Counts from 1. */
  readonly statement: number;
  readonly operator: string;
  readonly type: string;
  readonly inputs: readonly NodeIndex[];
  readonly does: string;
  /**
   * Comparisons that decide on a record alone: what a source could be asked for, where no other hunt needs the other
   * records (decision 25). Null where there are none.
   */
  readonly pushDown: string | null;
  /** What finds matches without looking at everything. */
  readonly index: string | null;
  readonly state: StateClass;
  /** Why members may leave; null where they never do. Retention apart: it lets go of whatever is too old. */
  readonly retracts: string | null;
}

/** What an operator says of itself. */
export type Explained = Omit<NodeExplanation, 'node' | 'statement' | 'type'>;

/** Distinct reasons; those of an input may hold several. */
export function joined(reasons: readonly (string | null)[]): string | null {
  const known = new Set(reasons.flatMap((reason) => reason?.split('; ') ?? []));
  return known.size === 0 ? null : [...known].join('; ');
}
