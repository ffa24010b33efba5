import { Subject } from 'rxjs';
import type { ContentReader } from '../../graph/content-reader.ts';
import type { Value } from '../../graph/value.ts';
import type { FilterNode, NodeIndex, PlanComparison, PlanPattern } from '../../plan/hunt-plan.ts';
import { anyOf, type ValueTest } from '../comparison/value-test.ts';
import type { Delta } from '../delta.ts';
import {
  combine,
  referenceComparisons,
  residualHolds,
  residualLeaves,
  type Outcome,
  type Residual,
} from '../matching/residual.ts';
import { DeltaBuilder, type Operator, type Phase } from '../operator.ts';
import { ReferenceInputs } from './reference-inputs.ts';
import type { ValuesOperator } from './values-operator.ts';

/**
 * WHERE on a variable: members of the input whose merged content satisfies the pattern. Decided again when the content
 * changes, and, for comparisons with other variables, when a referenced value comes or goes.
 * State: per member with an open residual, that residual (the few values it compared).
 */
export class FilterOperator implements Operator {
  readonly output = new Subject<Delta>();
  readonly members = new Set<number>();
  readonly #reader: ContentReader;
  readonly #pattern: PlanPattern;
  readonly #tests = new Map<PlanComparison, ValueTest>();
  readonly #references: ReferenceInputs<number>;
  readonly #residuals = new Map<number, Residual>();
  #read = new Set<number>();
  #left = new Set<number>();
  #touched = new Set<number>();
  #again = new Set<number>();

  constructor(node: FilterNode, input: Operator, sets: ReadonlyMap<NodeIndex, ValuesOperator>, reader: ContentReader) {
    this.#reader = reader;
    this.#pattern = node.pattern;
    this.#references = new ReferenceInputs(referenceComparisons(node.pattern), sets, (handles) => {
      for (const handle of handles) this.#again.add(handle);
    });
    input.output.subscribe((delta) => {
      for (const handle of delta.left) {
        this.#left.add(handle);
        this.#read.delete(handle);
        this.#touched.delete(handle);
      }
      for (const handle of delta.entered) {
        this.#left.delete(handle);
        this.#read.add(handle);
      }
      for (const handle of delta.touched) {
        this.#read.add(handle);
        this.#touched.add(handle);
      }
    });
  }

  hasInput(): boolean {
    return this.#read.size > 0 || this.#left.size > 0 || this.#again.size > 0;
  }

  keysNeeded(into: Set<number>): void {
    for (const handle of this.#read) this.#patternKeys(this.#pattern, handle, into);
  }

  apply(phase: Phase): Delta | undefined {
    const delta = new DeltaBuilder();
    for (const handle of this.#left) {
      this.#setResidual(handle, undefined);
      if (this.members.delete(handle)) delta.leave(handle);
    }
    for (const handle of this.#read) {
      const outcome = this.decide(this.#pattern, handle);
      this.#setResidual(handle, typeof outcome === 'boolean' ? undefined : outcome);
      this.#place(handle, typeof outcome === 'boolean' ? outcome : this.#holds(outcome), delta);
      if (this.#touched.has(handle) && this.members.has(handle)) delta.touch(handle);
    }
    for (const handle of this.#again) {
      const residual = this.#residuals.get(handle);
      if (residual !== undefined) this.#place(handle, this.#holds(residual), delta);
    }
    this.#read = new Set();
    this.#left = new Set();
    this.#touched = new Set();
    this.#again = new Set();
    return delta.build(phase);
  }

  #place(handle: number, is: boolean, delta: DeltaBuilder): void {
    if (is === this.members.has(handle)) return;
    if (is) {
      this.members.add(handle);
      delta.enter(handle);
    } else {
      this.members.delete(handle);
      delta.leave(handle);
    }
  }

  #holds(residual: Residual): boolean {
    return residualHolds(residual, (comparison, element) => this.#references.matches(comparison, element));
  }

  #setResidual(handle: number, residual: Residual | undefined): void {
    const known = this.#residuals.get(handle);
    if (known !== undefined) {
      for (const leaf of residualLeaves(known)) this.#references.unwatch(leaf.comparison, leaf.elements, handle);
      this.#residuals.delete(handle);
    }
    if (residual === undefined) return;
    this.#residuals.set(handle, residual);
    for (const leaf of residualLeaves(residual)) this.#references.watch(leaf.comparison, leaf.elements, handle);
  }

  #patternKeys(pattern: PlanPattern, handle: number, into: Set<number>): void {
    if ('operands' in pattern) for (const operand of pattern.operands) this.#patternKeys(operand, handle, into);
    else this.#reader.missing(handle, pattern.path, into);
  }

  /** Decides a pattern, or one comparison of it, on the content of an entity, which is in memory. */
  decide(pattern: PlanPattern, handle: number): Outcome {
    if ('operands' in pattern) {
      return combine(
        pattern.kind,
        pattern.operands.map((operand) => this.decide(operand, handle)),
      );
    }
    const values = this.#reader.values(handle, pattern.path);
    if (pattern.kind === 'null') return values.length > 0 === pattern.negated;
    return combine(
      'or',
      groups(pattern, values).map((elements) => this.#compare(pattern, elements)),
    );
  }

  #compare(pattern: PlanComparison, elements: readonly Value[]): Outcome {
    const literals = pattern.literals.filter((literal) => literal !== null);
    let literal = false;
    if (literals.length > 0) {
      let test = this.#tests.get(pattern);
      if (test === undefined) this.#tests.set(pattern, (test = anyOf(pattern.operator, literals)));
      literal = elements.some(test);
    }
    if (pattern.references.length === 0 || literal) return literal !== pattern.negated;
    return { kind: 'reference', comparison: pattern, elements };
  }
}

/**
 * A list attribute is one group of elements: negated, none may match. Over a list of references every referenced
 * entity is a group of its own: some of them has to satisfy the comparison.
 */
function groups(pattern: PlanComparison, values: readonly Value[]): (readonly Value[])[] {
  if (values.length === 0) return [];
  return pattern.path.steps.some((step) => step.list) ? values.map((value) => [value]) : [values];
}
