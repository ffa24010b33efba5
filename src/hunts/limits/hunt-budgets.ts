import type { HuntDataflow } from '../../dataflow/hunt-dataflow.ts';

import { WindhoverError } from '../../errors/windhover-error.ts';
import { largestOperator, rowsHeld, type LargestOperator } from '../../dataflow/rows-held.ts';
import type { RunLimits } from './run-limits.ts';
import type { RunObserver } from '../run/run-observer.ts';

/** A hunt's share of time is taken over stretches of this much wall time, ms. */
const STRETCH_MS = 60_000;
/** So many stretches in a row over its share stop a hunt, where slow hunts are to be stopped. */
const STRETCHES = 3;

/** What is asked of a scope: its hunts, the time that their operators took since the start, ms, and to stop one. */
export interface BudgetedScope {
  readonly hunts: readonly HuntDataflow[];
  spentMs(hunt: HuntDataflow): number;
  stop(hunt: HuntDataflow, error: unknown): void;
}

/**
 * Keeps every hunt of a scope within its budget, so that one cannot take memory and time from the others: beyond its rows a
 * hunt stops, beyond its share of a live run's time it is told, or stopped where the limits say so.
 */
export class HuntBudgets {
  readonly #limits: RunLimits;
  readonly #observer: RunObserver;
  readonly #slow = new Map<HuntDataflow, number>();
  #stretch: { readonly from: number; readonly spent: ReadonlyMap<HuntDataflow, number> } | undefined;

  constructor(limits: RunLimits, observer: RunObserver) {
    this.#limits = limits;
    this.#observer = observer;
  }

  /** After an epoch. */
  checkRows(scope: BudgetedScope): void {
    for (const hunt of scope.hunts) {
      const rows = rowsHeld(hunt);
      if (rows <= this.#limits.huntRows) continue;
      scope.stop(hunt, tooManyRows(rows, this.#limits.huntRows, largestOperator(hunt)));
    }
  }

  /** As wall time passes, in a live run. */
  checkTime(scope: BudgetedScope, now: number): void {
    const stretch = this.#stretch;
    if (stretch !== undefined && now >= stretch.from && now - stretch.from < STRETCH_MS) return;
    this.#stretch = { from: now, spent: new Map(scope.hunts.map((hunt) => [hunt, scope.spentMs(hunt)])) };
    if (stretch === undefined || now < stretch.from) return;
    for (const hunt of scope.hunts) {
      const spentMs = scope.spentMs(hunt) - (stretch.spent.get(hunt) ?? 0);
      this.#judge(scope, hunt, spentMs, now - stretch.from);
    }
  }

  #judge(scope: BudgetedScope, hunt: HuntDataflow, spentMs: number, stretchMs: number): void {
    const { huntShare, slowHunts } = this.#limits;
    const before = this.#slow.get(hunt) ?? 0;
    const took = `it took ${(spentMs / 1000).toFixed(1)} s of ${(stretchMs / 1000).toFixed(0)} s`;
    const tell = (code: string, message: string): void =>
      this.#observer.notice?.(hunt.hunt, { place: hunt.hunt, code, message });
    if (spentMs <= stretchMs * huntShare) {
      if (before > 0) tell('hunt-in-time', `${took}: within its share again`);
      this.#slow.delete(hunt);
      return;
    }
    this.#slow.set(hunt, before + 1);
    const more = `${took}, more than its share of ${Math.round(huntShare * 100)} %`;
    if (before === 0) {
      tell(
        'hunt-slow',
        `${more}: other hunts of its sources wait for it; narrow it, or run it in a process of its own`,
      );
    }
    if (slowHunts === 'stop' && before + 1 === STRETCHES) scope.stop(hunt, tooSlow(more));
  }
}

function tooManyRows(rows: number, budget: number, { what, statement, rows: most }: LargestOperator): WindhoverError {
  return new WindhoverError(
    'hunt-rows',
    `It holds ${count(rows)} rows, more than its budget of ${count(budget)}: ` +
      `${count(most)} of them are those of ${what} in statement ${statement + 1}.`,
    {
      hint: 'Narrow that statement by WHERE or LAST, shorten --retention, or raise limits.hunt_rows and begin a new state folder.',
    },
  );
}

function count(rows: number): string {
  return rows.toLocaleString('en');
}

function tooSlow(more: string): WindhoverError {
  return new WindhoverError('hunt-slow', `For ${STRETCHES} minutes ${more}.`, {
    hint: 'Narrow it, run it in a process of its own, or set limits.slow_hunts to tell.',
  });
}
