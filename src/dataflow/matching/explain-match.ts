import type { Value } from '../../graph/value.ts';
import type { PlanComparison, PlanPattern } from '../../plan/hunt-plan.ts';
import { cellValue } from '../../telemetry/cell-value.ts';
import type { RecordBatch, RecordKind, Slot } from '../../telemetry/record-batch.ts';
import { CellTests } from './cell-tests.ts';
import { RecordPattern } from './record-pattern.ts';
import { residualHolds, type Outcome } from './residual.ts';
import { isPresent, valueSites } from './value-sites.ts';

export type PlanLeaf = Exclude<PlanPattern, { operands: unknown }>;

/** One comparison of a pattern on one record or entity: what was found, and what that decides. Outlives the batch. */
export interface ExplainedLeaf {
  readonly leaf: PlanLeaf;
  /** None: it is not known. */
  readonly found: readonly Value[];
  readonly outcome: Outcome;
}

export interface ExplainedMatch {
  readonly pattern: PlanPattern;
  /** Of the pattern as a whole. */
  readonly outcome: Outcome;
  readonly leaves: ReadonlyMap<PlanLeaf, ExplainedLeaf>;
}

/** Decides whether some value of the referenced variables satisfies a comparison with an element. */
export type ReferenceTest = (comparison: PlanComparison, element: Value) => boolean;

/** How a pattern is decided on a record whose center slot is present, comparison by comparison. */
export function explainMatch(
  pattern: PlanPattern,
  kind: RecordKind,
  center: Slot,
  batch: RecordBatch,
  row: number,
): ExplainedMatch {
  const decide = (part: PlanPattern): Outcome =>
    new RecordPattern(part, kind, center, new CellTests()).evaluate(batch, row);
  const starts = (leaf: PlanLeaf): readonly Slot[] =>
    leaf.center ? [center] : kind.slots.filter((slot) => slot.type === leaf.type && slot.present[row] === 1);
  const leaves = leavesOf(pattern).map((leaf) => {
    const found = starts(leaf)
      .filter(({ role }) => leaf.path.role === undefined || leaf.path.role === role)
      .flatMap((start) => valueSites(kind, start, leaf.path).sites)
      .filter((site) => isPresent(site, row))
      .flatMap((site) => (cellValue(site.column, batch.lists, row) as Value | undefined) ?? []);
    return [leaf, { leaf, found: found as Value[], outcome: decide(leaf) }] as const;
  });
  return { pattern, outcome: decide(pattern), leaves: new Map(leaves) };
}

export function leavesOf(pattern: PlanPattern): PlanLeaf[] {
  return 'operands' in pattern ? pattern.operands.flatMap(leavesOf) : [pattern];
}

export function outcomeHolds(outcome: Outcome, test: ReferenceTest): boolean {
  return typeof outcome === 'boolean' ? outcome : residualHolds(outcome, test);
}

/**
 * The comparisons at which a match that does not hold fell out: of an AND those that do not hold, of an OR all. None where each
 * holds by itself, and no one mention of another type satisfies all of its comparisons.
 */
export function fellOutAt(match: ExplainedMatch, test: ReferenceTest): ExplainedLeaf[] {
  const holds = (part: PlanPattern): boolean => {
    if (!('operands' in part)) return outcomeHolds((match.leaves.get(part) as ExplainedLeaf).outcome, test);
    return part.kind === 'and' ? part.operands.every(holds) : part.operands.some(holds);
  };
  const failing = (part: PlanPattern): ExplainedLeaf[] => {
    if (holds(part)) return [];
    return 'operands' in part ? part.operands.flatMap(failing) : [match.leaves.get(part) as ExplainedLeaf];
  };
  return failing(match.pattern);
}
