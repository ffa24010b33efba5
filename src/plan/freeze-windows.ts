import type { GetNode, HuntPlan, PlanNode } from './hunt-plan.ts';

/**
 * The plan with every `LAST n` fixed to the range [now − n, now], as Kestrel does when it reads a statement. Ranges end
 * before their STOP, hence one nanosecond more.
 */
export function freezeWindows(plan: HuntPlan, nowMs: number): HuntPlan {
  return { ...plan, nodes: plan.nodes.map((node) => (node.op === 'get' ? frozen(node, nowMs) : node)) };
}

function frozen(node: GetNode, nowMs: number): PlanNode {
  if (node.timespan?.kind !== 'last') return node;
  const start = { ms: nowMs - node.timespan.milliseconds, ns: 0 };
  return { ...node, timespan: { kind: 'absolute', start, stop: { ms: nowMs, ns: 1 } } };
}
