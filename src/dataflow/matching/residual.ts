import type { PlanComparison } from '../../plan/hunt-plan.ts';
import { valueKey, type Value } from '../../graph/value.ts';

/**
 * What remains to be decided of a pattern once a record has answered its constant part: comparisons of the record's
 * values with sets of values that other variables give, and may give later.
 */
export type Residual = { readonly kind: 'and' | 'or'; readonly operands: readonly Residual[] } | ReferenceLeaf;

export interface ReferenceLeaf {
  readonly kind: 'reference';
  readonly comparison: PlanComparison;
  /** The compared value: one element, or those of a list attribute (some satisfies it; negated, none does). */
  readonly elements: readonly Value[];
}

/** A pattern decided by a record: true, false, or a residual. */
export type Outcome = boolean | Residual;

export function combine(kind: 'and' | 'or', outcomes: readonly Outcome[]): Outcome {
  const deciding = kind === 'or';
  const open: Residual[] = [];
  for (const outcome of outcomes) {
    if (outcome === deciding) return deciding;
    if (typeof outcome !== 'boolean') open.push(outcome);
  }
  if (open.length === 0) return !deciding;
  return open.length === 1 ? (open[0] as Residual) : { kind, operands: open };
}

/** Equal keys mean the same residual of one pattern. */
export function residualKey(residual: Residual, comparisons: readonly PlanComparison[]): string {
  if (residual.kind === 'reference') {
    return `${comparisons.indexOf(residual.comparison)}=${JSON.stringify(residual.elements.map(valueKey))}`;
  }
  return `${residual.kind}(${residual.operands.map((operand) => residualKey(operand, comparisons)).join(',')})`;
}

export function residualLeaves(residual: Residual): ReferenceLeaf[] {
  return residual.kind === 'reference' ? [residual] : residual.operands.flatMap(residualLeaves);
}

/** Truth of a residual, given the truth of the positive form of a leaf for one element. */
export function residualHolds(
  residual: Residual,
  matches: (comparison: PlanComparison, element: Value) => boolean,
): boolean {
  if ('operands' in residual) {
    const decide = (operand: Residual): boolean => residualHolds(operand, matches);
    return residual.kind === 'and' ? residual.operands.every(decide) : residual.operands.some(decide);
  }
  const some = residual.elements.some((element) => matches(residual.comparison, element));
  return some !== residual.comparison.negated;
}

/** Every comparison of a plan pattern that refers to variables, in a fixed order. */
export function referenceComparisons(pattern: { kind: string } | null, into: PlanComparison[] = []): PlanComparison[] {
  if (pattern === null) return into;
  if ('operands' in pattern) {
    for (const operand of pattern.operands as readonly { kind: string }[]) referenceComparisons(operand, into);
  } else if (pattern.kind === 'comparison' && (pattern as PlanComparison).references.length > 0) {
    into.push(pattern as PlanComparison);
  }
  return into;
}
