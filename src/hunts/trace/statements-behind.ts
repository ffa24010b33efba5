import type { HuntPlan, NodeIndex } from '../../plan/hunt-plan.ts';

/** Numbers (from 1) of the statements that members of a node come through, its own among them; values that are compared with apart. */
export function statementsBehind({ nodes }: HuntPlan, node: NodeIndex): ReadonlySet<number> {
  const statements = new Set<number>();
  const visited = new Set<NodeIndex>();
  const visit = (index: NodeIndex): void => {
    const each = nodes[index];
    if (each === undefined || visited.has(index)) return;
    visited.add(index);
    statements.add(each.statement + 1);
    if (each.op === 'merge') each.inputs.forEach(visit);
    else if (each.op === 'join') [each.left, each.right].forEach(visit);
    else if ('input' in each) visit(each.input);
  };
  visit(node);
  return statements;
}
