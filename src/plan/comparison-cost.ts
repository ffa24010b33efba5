import type { PlanComparison } from './hunt-plan.ts';

/**
 * How many records a positive comparison with constants is likely to let through, as a rank: the lower, the fewer. The
 * matcher watches the cheapest side of a conjunction.
 */
export function comparisonCost({ operator, literals }: PlanComparison): number {
  if (operator === '=' || operator === 'IN') return literals.length;
  if (operator === 'MATCHES') return 15;
  if (operator !== 'LIKE') return 40;
  // Long literal runs are rare in telemetry; `%a%` lets half of everything through.
  const runs = String(literals[0] ?? '').split(/[%_]/);
  return 10 + Math.max(0, 8 - Math.max(...runs.map((run) => run.length))) * 4;
}
