import type { HuntPlan, NodeIndex } from './hunt-plan.ts';

/** How a reader knows the values that a node gives: `x.pid`, or where `x` was bound again, `statement 2: pid`. */
export function referenceName({ nodes, variables }: HuntPlan, node: NodeIndex): string {
  const values = nodes[node];
  if (values?.op !== 'values') return `[${node}]`;
  const variable = variables.find(({ listing }) => listing.node === values.input);
  const path = values.path.text;
  return variable === undefined
    ? `statement ${(nodes[values.input]?.statement ?? 0) + 1}: ${path}`
    : `${variable.name}.${path}`;
}
