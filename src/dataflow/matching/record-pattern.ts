import type { LiteralValue } from '../../language/ast.ts';
import type { PlanComparison, PlanPattern } from '../../plan/hunt-plan.ts';
import { CELL, type RecordBatch, type RecordKind, type Slot } from '../../telemetry/record-batch.ts';
import { cellValue } from '../../graph/kind-plan.ts';
import type { Value } from '../../graph/value.ts';
import { anyOf } from '../comparison/value-test.ts';
import { CellTest } from './cell-test.ts';
import { combine, type Outcome, type Residual } from './residual.ts';
import { isPresent, valueSites, type ValueSites } from './value-sites.ts';

type Evaluate = (batch: RecordBatch, row: number) => Outcome;

/** The slots that stand for the other types a pattern names: one witness per type (A34). */
type Witnesses = ReadonlyMap<string, Slot | undefined>;

/**
 * A GET pattern compiled for one record kind and center slot. `evaluate` decides the pattern on a record whose center
 * slot is present: true, false, or what is left to references.
 */
export class RecordPattern {
  readonly #combinations: readonly { readonly witnesses: Witnesses; readonly evaluate: Evaluate }[];
  readonly #slotsOfType: ReadonlyMap<string, readonly Slot[]>;

  constructor(pattern: PlanPattern, kind: RecordKind, center: Slot, tests: Map<PlanComparison, CellTest>) {
    const types = otherTypes(pattern);
    this.#slotsOfType = new Map(types.map((type) => [type, kind.slots.filter((slot) => slot.type === type)]));
    let combinations: Map<string, Slot | undefined>[] = [new Map()];
    for (const [type, slots] of this.#slotsOfType) {
      combinations = combinations.flatMap((partial) =>
        [undefined, ...slots].map((slot) => new Map([...partial, [type, slot]])),
      );
    }
    this.#combinations = combinations.map((witnesses) => ({
      witnesses,
      evaluate: compile(pattern, kind, center, witnesses, tests),
    }));
  }

  evaluate(batch: RecordBatch, row: number): Outcome {
    const [only] = this.#combinations;
    if (this.#combinations.length === 1 && only !== undefined) return only.evaluate(batch, row);
    const outcomes: Outcome[] = [];
    for (const { witnesses, evaluate } of this.#combinations) {
      if (!this.#applies(witnesses, row)) continue;
      const outcome = evaluate(batch, row);
      if (outcome === true) return true;
      outcomes.push(outcome);
    }
    return combine('or', outcomes);
  }

  /** A witness must be present; "none" is tried only where the record mentions no entity of the type. */
  #applies(witnesses: Witnesses, row: number): boolean {
    for (const [type, slot] of witnesses) {
      if (slot !== undefined) {
        if (slot.present[row] === 0) return false;
      } else if (this.#slotsOfType.get(type)?.some((each) => each.present[row] === 1) === true) {
        return false;
      }
    }
    return true;
  }
}

function otherTypes(pattern: PlanPattern): string[] {
  if ('operands' in pattern) return [...new Set(pattern.operands.flatMap(otherTypes))];
  return pattern.center ? [] : [pattern.type];
}

function compile(
  pattern: PlanPattern,
  kind: RecordKind,
  center: Slot,
  witnesses: Witnesses,
  tests: Map<PlanComparison, CellTest>,
): Evaluate {
  if ('operands' in pattern) {
    const operands = pattern.operands.map((operand) => compile(operand, kind, center, witnesses, tests));
    return pattern.kind === 'and' ? conjunction(operands) : disjunction(operands);
  }
  const start = pattern.center ? center : witnesses.get(pattern.type);
  // An ECS name speaks of the slot that its field feeds, and of no other mention (decision 5).
  if (start === undefined || (pattern.path.role !== undefined && pattern.path.role !== start.role)) return () => false;
  const sites = valueSites(kind, start, pattern.path);
  if (pattern.kind === 'null') return (_batch, row) => hasValue(sites, row) === pattern.negated;
  if (pattern.references.length > 0) return referenceComparison(pattern, sites);
  return constantComparison(pattern, sites, testOf(pattern, tests));
}

/** One memo per comparison, shared by all kinds and slots. */
export function testOf(comparison: PlanComparison, tests: Map<PlanComparison, CellTest>): CellTest {
  let test = tests.get(comparison);
  if (test === undefined) {
    test = new CellTest(anyOf(comparison.operator, literalValues(comparison.literals)), comparison.negated);
    tests.set(comparison, test);
  }
  return test;
}

function literalValues(literals: readonly LiteralValue[]): Value[] {
  return literals.filter((literal) => literal !== null);
}

function conjunction(operands: readonly Evaluate[]): Evaluate {
  return (batch, row) => {
    let open: Residual[] | undefined;
    for (const operand of operands) {
      const outcome = operand(batch, row);
      if (outcome === false) return false;
      if (outcome !== true) (open ??= []).push(outcome);
    }
    return open === undefined ? true : combine('and', open);
  };
}

function disjunction(operands: readonly Evaluate[]): Evaluate {
  return (batch, row) => {
    let open: Residual[] | undefined;
    for (const operand of operands) {
      const outcome = operand(batch, row);
      if (outcome === true) return true;
      if (outcome !== false) (open ??= []).push(outcome);
    }
    return open === undefined ? false : combine('or', open);
  };
}

function hasValue(sites: ValueSites, row: number): boolean {
  for (const site of sites.sites) {
    if (!isPresent(site, row)) continue;
    const kind = site.column.kind[row] as number;
    if (kind > CELL.null && !(kind === CELL.list && site.column.aux[row] === 0)) return true;
    if (!sites.all) return false;
  }
  return false;
}

function constantComparison(_comparison: PlanComparison, sites: ValueSites, test: CellTest): Evaluate {
  const [only] = sites.sites;
  if (only === undefined) return () => false;
  if (sites.sites.length === 1 && only.guards.length === 0) {
    const { column } = only;
    return (batch, row) => test.holds(column, batch.lists, row);
  }
  return (batch, row) => {
    for (const site of sites.sites) {
      if (!isPresent(site, row)) continue;
      if (test.holds(site.column, batch.lists, row)) return true;
      if (!sites.all) return false;
    }
    return false;
  };
}

/** Literals decide at once where they can; the rest waits for the referenced sets. */
function referenceComparison(comparison: PlanComparison, sites: ValueSites): Evaluate {
  const literals = literalValues(comparison.literals);
  const literalTest = literals.length === 0 ? undefined : anyOf(comparison.operator, literals);
  return (batch, row) => {
    const outcomes: Outcome[] = [];
    for (const site of sites.sites) {
      if (!isPresent(site, row)) continue;
      const value = cellValue(site.column, batch.lists, row);
      if (value !== undefined) {
        const elements: readonly Value[] = Array.isArray(value) ? (value as readonly string[]) : [value as Value];
        const literal = literalTest !== undefined && elements.some(literalTest);
        outcomes.push(literal ? !comparison.negated : { kind: 'reference', comparison, elements });
      }
      if (!sites.all) break;
    }
    return combine('or', outcomes);
  };
}
