import type { PlanComparison } from '../../plan/hunt-plan.ts';
import type { Residual } from '../matching/residual.ts';
import { NO_INTERVALS, type Support } from './support.ts';

/** A residual with its comparisons by number. */
export type StoredResidual =
  | { readonly kind: 'and' | 'or'; readonly operands: readonly StoredResidual[] }
  | { readonly comparison: number; readonly elements: Extract<Residual, { kind: 'reference' }>['elements'] };

export type StoredSupport = Pick<Support, 'key' | 'last' | 'arrival' | 'witness' | 'intervals'> & {
  readonly residual?: StoredResidual;
};

/** A subject (with `partner` where subjects are pairs, else 0) and all its supports. */
export interface ChangedSupports {
  readonly subject: number;
  readonly partner: number;
  readonly supports: readonly StoredSupport[];
}

/** `comparisons`: those of the pattern that refer to variables, in their fixed order. */
export function storeSupport(support: Support, comparisons: readonly PlanComparison[]): StoredSupport {
  const { key, last, arrival, witness, intervals, residual } = support;
  const stored = { key, last, arrival, witness, intervals };
  return residual === undefined ? stored : { ...stored, residual: storeResidual(residual, comparisons) };
}

/** The support that was stored; whether its residual holds now is for the operator to decide. */
export function loadSupport(subject: number, stored: StoredSupport, comparisons: readonly PlanComparison[]): Support {
  const residual = stored.residual === undefined ? undefined : loadResidual(stored.residual, comparisons);
  const { key, last, arrival, witness } = stored;
  const intervals =
    stored.intervals.length === 0 ? NO_INTERVALS : stored.intervals.map((interval) => ({ ...interval }));
  return { subject, key, residual, holds: residual === undefined, last, arrival, witness, intervals, isQueued: false };
}

function storeResidual(residual: Residual, comparisons: readonly PlanComparison[]): StoredResidual {
  if (residual.kind !== 'reference') {
    return { kind: residual.kind, operands: residual.operands.map((operand) => storeResidual(operand, comparisons)) };
  }
  return { comparison: comparisons.indexOf(residual.comparison), elements: residual.elements };
}

function loadResidual(stored: StoredResidual, comparisons: readonly PlanComparison[]): Residual {
  if ('operands' in stored) {
    return { kind: stored.kind, operands: stored.operands.map((operand) => loadResidual(operand, comparisons)) };
  }
  const comparison = comparisons[stored.comparison];
  if (comparison === undefined) throw new Error(`stored support names comparison ${stored.comparison}`);
  return { kind: 'reference', comparison, elements: stored.elements };
}
