import type { HuntDataflow } from '../../dataflow/hunt-dataflow.ts';
import type { ExplainedLeaf } from '../../dataflow/matching/explain-match.ts';
import type { ValuesOperator } from '../../dataflow/operators/values-operator.ts';
import type { Value } from '../../graph/value.ts';
import { patternText } from '../../plan/pattern-text.ts';
import { referenceName } from '../../plan/reference-name.ts';

/** Both values of a comparison that does not hold. */
export interface FailedComparison {
  /** As the huntflow writes it. */
  readonly text: string;
  /** The attribute that is compared. */
  readonly attribute: string;
  /** On the record, of the entity, or of the row; none: not known. */
  readonly found: readonly Value[];
  /** What stands on the other side, where that is no literal: values that variables hold; the first ones. */
  readonly referenced?: readonly Value[];
  /** Whose values those are, for people. Default: what the variable holds. */
  readonly other?: string;
}

/** Values of the other side that are told. */
export const MOST_REFERENCED = 5;

/** Comparisons with what they found, and with what the variables hold that they refer to. */
export function failedComparisons(dataflow: HuntDataflow, leaves: readonly ExplainedLeaf[]): FailedComparison[] {
  return leaves.map(({ leaf, found }) => {
    const text = patternText(leaf, (node) => referenceName(dataflow.plan, node));
    const told = { text, attribute: leaf.path.text, found };
    if (leaf.kind === 'null' || leaf.references.length === 0) return told;
    const referenced: Value[] = [];
    for (const node of leaf.references) {
      for (const value of (dataflow.at(node) as ValuesOperator).set.values()) {
        if (referenced.length < MOST_REFERENCED) referenced.push(value);
      }
    }
    return { ...told, referenced };
  });
}
