import { describe, expect, test } from 'vitest';
import { HuntDataflow } from '../../dataflow/hunt-dataflow.ts';
import { WindhoverError } from '../../errors/windhover-error.ts';
import { EntityGraph } from '../../graph/entity-graph.ts';
import { checkHuntflow } from '../../language/check/check-huntflow.ts';
import type { HuntPlan } from '../../plan/hunt-plan.ts';
import { DemandBuilder } from '../../plan/plan-demand.ts';
import { planHuntflow } from '../../plan/plan-huntflow.ts';
import { HuntBudgets } from './hunt-budgets.ts';
import { DEFAULT_RUN_LIMITS, type RunLimits } from './run-limits.ts';
import { emptyObserver } from '../testing/empty-observer.ts';

const MINUTE = 60_000;

function scopeOf(limits: Partial<RunLimits>, ...huntflows: string[]) {
  const plans = huntflows.map((text) => planHuntflow(checkHuntflow(text)).plan as HuntPlan);
  const demand = new DemandBuilder();
  for (const plan of plans) demand.addPlan(plan);
  const graph = new EntityGraph(demand.build(), { retains: false });
  const hunts = plans.map((plan, i) => new HuntDataflow(`h${i}`, plan, graph, { resolveSource: () => 's' }));
  const spent = new Map(hunts.map((hunt) => [hunt, 0]));
  const told: string[] = [];
  const stopped: string[] = [];
  const budgets = new HuntBudgets(
    { ...DEFAULT_RUN_LIMITS, ...limits },
    { ...emptyObserver, notice: (hunt, { code }) => told.push(`${hunt} ${code}`) },
  );
  const scope = {
    hunts,
    spentMs: (hunt: HuntDataflow) => spent.get(hunt) ?? 0,
    stop: (hunt: HuntDataflow, error: unknown) => {
      stopped.push(
        `${hunt.hunt} ${error instanceof WindhoverError ? `${error.code}: ${error.message}` : String(error)}`,
      );
    },
  };
  let now = 0;
  /** One minute in which the hunts took these seconds. */
  const minute = (...seconds: number[]): void => {
    for (const [i, hunt] of hunts.entries()) spent.set(hunt, (spent.get(hunt) ?? 0) + (seconds[i] ?? 0) * 1000);
    budgets.checkTime(scope, (now += MINUTE));
  };
  budgets.checkTime(scope, now);
  return { budgets, scope, hunts, told, stopped, minute };
}

const GET = "p = GET process FROM s WHERE name = 'sh'";

describe('the budget of a hunt', () => {
  test('of rows: beyond it the hunt stops, with the statement that holds most of them', async () => {
    const addresses = Array.from({ length: 6 }, (_, i) => `"10.0.0.${i}"`).join(', ');
    const { budgets, scope, hunts, stopped } = scopeOf(
      { huntRows: 5 },
      GET,
      `${GET}\na = NEW ipv4-addr [${addresses}]`,
    );
    for (const { operators } of hunts)
      for (const { operator } of operators) operator.apply({ epoch: 1, cause: 'record' });
    budgets.checkRows(scope);
    expect(stopped).toEqual([
      'h1 hunt-rows: It holds 6 rows, more than its budget of 5: 6 of them are those of NEW in statement 2.',
    ]);
  });

  test('of time: told when it is passed, and when the hunt is within its share again', () => {
    const { minute, told, stopped } = scopeOf({ huntShare: 0.5 }, GET, GET);
    minute(30, 1);
    expect(told).toEqual([]);
    minute(31, 1);
    for (let i = 0; i < 10; i++) minute(50, 1);
    minute(30, 1);
    minute(31, 1);
    expect(told).toEqual(['h0 hunt-slow', 'h0 hunt-in-time', 'h0 hunt-slow']);
    expect(stopped).toEqual([]);
  });

  test('of time: stops a hunt only where that is wanted, and after three minutes in a row', () => {
    const { minute, stopped } = scopeOf({ slowHunts: 'stop' }, GET, GET);
    for (const seconds of [40, 40, 1, 40, 40]) minute(1, seconds);
    expect(stopped).toEqual([]);
    minute(1, 40);
    expect(stopped).toEqual(['h1 hunt-slow: For 3 minutes it took 40.0 s of 60 s, more than its share of 50 %.']);
  });
});
