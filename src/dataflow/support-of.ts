import type { NodeIndex } from '../plan/hunt-plan.ts';
import type { HuntDataflow } from './hunt-dataflow.ts';
import type { EntitiesOperator } from './operators/entities-operator.ts';
import type { FindOperator } from './operators/find-operator.ts';
import type { GroupOperator } from './operators/group-operator.ts';

/**
 * What a member of a node rests on, each with the node that holds it: the partners that a FIND found it from, the members that a
 * group counts, the sides of a joined row, the member that a row stands for. Nothing for what a GET took from records.
 */
export function* supportOf(
  dataflow: HuntDataflow,
  index: NodeIndex,
  handle: number,
): Iterable<readonly [member: number, node: NodeIndex]> {
  const node = dataflow.plan.nodes[index];
  switch (node?.op) {
    case 'filter':
    case 'limit':
      yield* supportOf(dataflow, node.input, handle);
      return;
    case 'merge':
      for (const input of node.inputs) {
        if (dataflow.at(input).members.has(handle)) yield* supportOf(dataflow, input, handle);
      }
      return;
    case 'find':
      for (const partner of (dataflow.at(index) as FindOperator).partnersOf(handle)) yield [partner, node.input];
      return;
    case 'group':
      for (const member of (dataflow.at(index) as GroupOperator).groupedBy(handle)) yield [member, node.input];
      return;
    case 'entities':
      for (const member of (dataflow.at(index) as EntitiesOperator).standFor(handle)) yield [member, node.input];
      return;
    case 'apply':
    case 'records':
      for (const member of dataflow.rows.row(handle).bases) yield [member, node.input];
      return;
    case 'join': {
      const [left, right] = dataflow.rows.row(handle).bases;
      if (left !== undefined) yield [left, node.left];
      if (right !== undefined) yield [right, node.right];
      return;
    }
    default:
  }
}
