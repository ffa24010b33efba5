import type { HuntDataflow } from '../../dataflow/hunt-dataflow.ts';
import {
  explainMatch,
  leavesOf,
  outcomeHolds,
  type ExplainedMatch,
  type PlanLeaf,
  type ReferenceTest,
} from '../../dataflow/matching/explain-match.ts';
import type { FilterOperator } from '../../dataflow/operators/filter-operator.ts';
import type { ValuesOperator } from '../../dataflow/operators/values-operator.ts';
import type { PlanPattern } from '../../plan/hunt-plan.ts';
import { patternText } from '../../plan/pattern-text.ts';
import { referenceName } from '../../plan/reference-name.ts';
import type { RecordBatch, RecordKind } from '../../telemetry/record-batch.ts';
import type { CompiledHunt } from '../compile-hunt.ts';

/** Matches of one test that wait for the values of other variables. */
const MOST_OPEN = 20_000;
/** Decisions of one test on what time is about to take: a window over a long file would be decided anew with each record. */
const MOST_DECIDED = 500_000;

/** One comparison of a hunt, and whether the tests ever needed it. */
export interface CoveredClause {
  /** Counts from 1. */
  readonly statement: number;
  readonly comparison: string;
  /** Something was taken that would not have been, had it not held. */
  readonly took: boolean;
  /** Something was left out that would have been taken, had it held. */
  readonly leftOut: boolean;
}

/**
 * Which comparisons of a hunt its tests decide by: for each, whether some record or entity was taken because it held, and some
 * was left out only because it did not. A hunt in which one of them is turned around passes tests that never needed it.
 */
export class ClauseCoverage {
  readonly #hunt: CompiledHunt;
  readonly #clauses = new Map<PlanLeaf, { readonly statement: number; took: boolean; leftOut: boolean }>();
  #open: ExplainedMatch[] = [];
  #decided = 0;

  constructor(hunt: CompiledHunt) {
    this.#hunt = hunt;
    for (const node of hunt.plan.nodes) {
      if ((node.op !== 'get' && node.op !== 'filter') || node.pattern === null) continue;
      const { statement } = node;
      for (const leaf of leavesOf(node.pattern)) this.#clauses.set(leaf, { statement, took: false, leftOut: false });
    }
  }

  /** By statement, then as they are written. */
  get clauses(): CoveredClause[] {
    return [...this.#clauses]
      .map(([leaf, { statement, took, leftOut }]) => ({
        statement: statement + 1,
        comparison: patternText(leaf, (node) => referenceName(this.#hunt.plan, node)),
        took,
        leftOut,
      }))
      .sort((a, b) => a.statement - b.statement);
  }

  /** Records of a test, as they are delivered. */
  take(batch: RecordBatch): void {
    for (let row = 0; row < batch.size; row++) {
      const kind = batch.kinds[batch.kind[row] as number] as RecordKind;
      for (const node of this.#hunt.plan.nodes) {
        if (node.op !== 'get' || node.pattern === null) continue;
        for (const slot of kind.slots) {
          if (slot.type !== node.type || slot.present[row] !== 1) continue;
          const match = explainMatch(node.pattern, kind, slot, batch, row);
          const isDecided = [...match.leaves.values()].every(({ outcome }) => typeof outcome === 'boolean');
          if (isDecided) this.#note(match, () => false);
          else if (this.#open.length < MOST_OPEN) this.#open.push(match);
        }
      }
    }
  }

  /** The test has ended, and with it what waited for other variables. */
  finish(dataflow: HuntDataflow): void {
    this.look(dataflow);
    this.#open = [];
    this.#decided = 0;
  }

  /** Time is about to take something away, which the test may have been about: an alert may have been raised by it. */
  lookBefore(dataflow: HuntDataflow): void {
    if (this.#decided < MOST_DECIDED) this.look(dataflow);
  }

  /** A moment of the test: what waits for other variables, and what is known of entities, is decided as it stands. */
  look(dataflow: HuntDataflow): void {
    const test: ReferenceTest = (comparison, element) =>
      comparison.references.some((node) =>
        (dataflow.at(node) as ValuesOperator).set.matches(comparison.operator, element),
      );
    this.#open = this.#open.filter(({ pattern }) => !this.#isSettled(pattern));
    this.#decided += this.#open.length;
    for (const match of this.#open) this.#note(match, test);
    this.#hunt.plan.nodes.forEach((node, index) => {
      if (node.op !== 'filter' || this.#isSettled(node.pattern)) return;
      const filter = dataflow.at(index) as FilterOperator;
      const { members } = dataflow.at(node.input);
      this.#decided += members.size;
      for (const handle of members.keys()) {
        const leaves = leavesOf(node.pattern).map(
          (leaf) => [leaf, { leaf, found: [], outcome: filter.decide(leaf, handle) }] as const,
        );
        this.#note(
          { pattern: node.pattern, outcome: filter.decide(node.pattern, handle), leaves: new Map(leaves) },
          test,
        );
      }
    });
  }

  /** Each of its comparisons has decided both ways: there is nothing to find out any more. */
  #isSettled(pattern: PlanPattern): boolean {
    return leavesOf(pattern).every((leaf) => {
      const clause = this.#clauses.get(leaf);
      return clause === undefined || (clause.took && clause.leftOut);
    });
  }

  #note({ pattern, leaves }: ExplainedMatch, test: ReferenceTest): void {
    const truth = new Map([...leaves].map(([leaf, { outcome }]) => [leaf, outcomeHolds(outcome, test)]));
    const holds = holdsBy(pattern, truth);
    for (const [leaf, isTrue] of truth) {
      const clause = this.#clauses.get(leaf);
      if (clause === undefined || isTrue !== holds || (isTrue ? clause.took : clause.leftOut)) continue;
      if (holdsBy(pattern, new Map([...truth, [leaf, !isTrue]])) === holds) continue;
      if (isTrue) clause.took = true;
      else clause.leftOut = true;
    }
  }
}

function holdsBy(pattern: PlanPattern, truth: ReadonlyMap<PlanLeaf, boolean>): boolean {
  if (!('operands' in pattern)) return truth.get(pattern) === true;
  const holds = (operand: PlanPattern): boolean => holdsBy(operand, truth);
  return pattern.kind === 'and' ? pattern.operands.every(holds) : pattern.operands.some(holds);
}
