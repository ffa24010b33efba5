import type { PlanComparison } from '../../plan/hunt-plan.ts';
import type { LiteralValue } from '../../language/ast.ts';
import type { Value } from '../../graph/value.ts';
import { anyOf } from '../comparison/value-test.ts';
import { CellTest } from './cell-test.ts';

/** One memo per predicate, shared by all hunts, kinds and slots: hunts often ask the same. */
export class CellTests {
  readonly #byComparison = new Map<PlanComparison, CellTest>();
  readonly #byPredicate = new Map<string, CellTest>();

  /** Of the literals of a comparison; what it refers to is not part of it. */
  of(comparison: PlanComparison): CellTest {
    let test = this.#byComparison.get(comparison);
    if (test !== undefined) return test;
    const { operator, negated, literals } = comparison;
    const predicate = JSON.stringify([operator, negated, ...literals.map(written)]);
    test = this.#byPredicate.get(predicate);
    if (test === undefined) {
      test = new CellTest(anyOf(operator, literalValues(literals)), negated);
      this.#byPredicate.set(predicate, test);
    }
    this.#byComparison.set(comparison, test);
    return test;
  }
}

/** A text is no number, also where it is written alike; and JSON has no form for some numbers. */
function written(literal: LiteralValue): LiteralValue | readonly string[] {
  return typeof literal === 'number' ? [String(literal)] : literal;
}

/** Values of the literals; null is none. */
export function literalValues(literals: readonly LiteralValue[]): Value[] {
  return literals.filter((literal) => literal !== null);
}
