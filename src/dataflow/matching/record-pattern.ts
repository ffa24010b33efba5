import type { PlanComparison, PlanPattern } from '../../plan/hunt-plan.ts';
import { cellValue } from '../../telemetry/cell-value.ts';
import { CELL, type RecordBatch, type RecordKind, type Slot } from '../../telemetry/record-batch.ts';
import type { Value } from '../../graph/value.ts';
import { anyOf } from '../comparison/value-test.ts';
import type { CellTest } from './cell-test.ts';
import { literalValues, type CellTests } from './cell-tests.ts';
import { combine, type Outcome, type Residual } from './residual.ts';
import { isPresent, valueSites, type ValueSites } from './value-sites.ts';

/** `witnesses[t]`: the slot that stands for the t-th other type (A34), undefined where the record has none. */
type Evaluate = (batch: RecordBatch, row: number, witnesses: readonly (Slot | undefined)[]) => Outcome;

const NO_WITNESSES: readonly undefined[] = [];

/**
 * A GET pattern compiled for one record kind and center slot. `evaluate` decides the pattern on a record whose center
 * slot is present: true, false, or what is left to references. Of each other type that the pattern names one witness
 * has to serve for all its comparisons, so every choice of present mentions is tried until one makes it true.
 */
export class RecordPattern {
  readonly #evaluate: Evaluate;
  /** Slots of each other type. */
  readonly #slots: readonly (readonly Slot[])[];

  constructor(pattern: PlanPattern, kind: RecordKind, center: Slot, tests: CellTests) {
    const types = otherTypes(pattern);
    this.#slots = types.map((type) => kind.slots.filter((slot) => slot.type === type));
    this.#evaluate = compile(pattern, { kind, center, types, tests });
  }

  evaluate(batch: RecordBatch, row: number): Outcome {
    if (this.#slots.length === 0) return this.#evaluate(batch, row, NO_WITNESSES);
    const present = this.#slots.map((slots) => slots.filter((slot) => slot.present[row] === 1));
    const choice = new Array<number>(present.length).fill(0);
    const outcomes: Outcome[] = [];
    do {
      const outcome = this.#evaluate(
        batch,
        row,
        present.map((slots, t) => slots[choice[t] as number]),
      );
      if (outcome === true) return true;
      if (outcome !== false) outcomes.push(outcome);
    } while (advance(choice, present));
    return combine('or', outcomes);
  }
}

/** The next choice of witnesses, counting like an odometer; false after the last. */
function advance(choice: number[], present: readonly (readonly Slot[])[]): boolean {
  for (let t = 0; t < choice.length; t++) {
    choice[t] = (choice[t] as number) + 1;
    if ((choice[t] as number) < (present[t] as readonly Slot[]).length) return true;
    choice[t] = 0;
  }
  return false;
}

function otherTypes(pattern: PlanPattern): string[] {
  if ('operands' in pattern) return [...new Set(pattern.operands.flatMap(otherTypes))];
  return pattern.center ? [] : [pattern.type];
}

interface CompileContext {
  readonly kind: RecordKind;
  readonly center: Slot;
  readonly types: readonly string[];
  readonly tests: CellTests;
}

function compile(pattern: PlanPattern, context: CompileContext): Evaluate {
  if ('operands' in pattern) {
    const operands = pattern.operands.map((operand) => compile(operand, context));
    return connective(pattern.kind, operands);
  }
  if (pattern.center) return compileAt(pattern, context, context.center);
  const type = context.types.indexOf(pattern.type);
  const bySlot = new Map<Slot, Evaluate>();
  return (batch, row, witnesses) => {
    const witness = witnesses[type];
    if (witness === undefined) return false;
    let evaluate = bySlot.get(witness);
    if (evaluate === undefined) bySlot.set(witness, (evaluate = compileAt(pattern, context, witness)));
    return evaluate(batch, row, witnesses);
  };
}

/** A comparison read from `start`. An ECS name speaks of the slot that its field feeds, and of no other (decision 5). */
function compileAt(
  pattern: Exclude<PlanPattern, { operands: unknown }>,
  context: CompileContext,
  start: Slot,
): Evaluate {
  if (pattern.path.role !== undefined && pattern.path.role !== start.role) return () => false;
  const sites = valueSites(context.kind, start, pattern.path);
  if (pattern.kind === 'null') return (_batch, row) => hasValue(sites, row) === pattern.negated;
  if (pattern.references.length > 0) return referenceComparison(pattern, sites);
  return constantComparison(sites, context.tests.of(pattern));
}

/** AND is decided by the first false, OR by the first true; else by what its operands leave open. */
function connective(kind: 'and' | 'or', operands: readonly Evaluate[]): Evaluate {
  const decisive = kind === 'or';
  return (batch, row, witnesses) => {
    let open: Residual[] | undefined;
    for (const operand of operands) {
      const outcome = operand(batch, row, witnesses);
      if (outcome === decisive) return decisive;
      if (typeof outcome !== 'boolean') (open ??= []).push(outcome);
    }
    return open === undefined ? !decisive : combine(kind, open);
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

function constantComparison(sites: ValueSites, test: CellTest): Evaluate {
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
