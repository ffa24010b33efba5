import { fellOutAt, leavesOf } from '../../dataflow/matching/explain-match.ts';
import type { FilterOperator } from '../../dataflow/operators/filter-operator.ts';
import type { FindOperator } from '../../dataflow/operators/find-operator.ts';
import type { LimitOperator } from '../../dataflow/operators/limit-operator.ts';
import type { Value } from '../../graph/value.ts';
import type { FilterNode, FindNode, JoinNode, LimitNode, NodeIndex, PlanNode } from '../../plan/hunt-plan.ts';
import { carriedRow, carriedRowText } from './carried-row.ts';
import { fellOut, type EntityTrace, type NodeVerdict } from './entity-trace.ts';
import { failedComparisons, MOST_REFERENCED, type FailedComparison } from './failed-comparisons.ts';
import { getVerdict } from './get-verdict.ts';
import { inVerdict } from './in-verdict.ts';

/** Rows of an entity that a comparison is looked at for, and values of the other side of a JOIN. */
const MOST_ROWS = 100;

/**
 * What a node makes of an entity: it is in where the node holds it, or a row that it stands in, or what a FIND reaches from it;
 * it fell out where what the node reads does and the node does not. Undefined: the statement has nothing to do with it.
 */
export function nodeVerdict(trace: EntityTrace, index: NodeIndex): NodeVerdict | undefined {
  const { dataflow, carried, entity } = trace;
  if (carried.at(index).size > 0) return inVerdict(trace, index);
  const node = dataflow.plan.nodes[index] as PlanNode;
  switch (node.op) {
    case 'get':
      return node.type === entity.type ? getVerdict(trace, node, index) : undefined;
    case 'filter':
      return carried.at(node.input).size > 0 ? ofFilter(trace, node, index) : above(trace, node, [node.input]);
    case 'limit':
      return carried.at(node.input).size > 0 ? ofLimit(trace, node, index) : above(trace, node, [node.input]);
    case 'find':
      return ofFind(trace, node, index);
    case 'join': {
      const sides = [node.left, node.right] as const;
      const side = sides.findIndex((each) => carried.at(each).size > 0);
      return side < 0 ? above(trace, node, sides) : ofJoin(trace, node, side === 0 ? 0 : 1);
    }
    case 'merge':
      return above(trace, node, node.inputs);
    case 'records':
      if (carried.at(node.input).size === 0) return above(trace, node, [node.input]);
      return fellOut('stands in a group there, and no record mentions a group');
    case 'entities':
      if (carried.at(node.input).size === 0) return above(trace, node, [node.input]);
      return fellOut('stands in a group there, which stands for no entity that has relations');
    case 'group':
    case 'apply':
      return above(trace, node, [node.input]);
    case 'new':
    case 'values':
      return undefined;
  }
}

export function statementOf({ plan }: EntityTrace['dataflow'], index: NodeIndex): number {
  return (plan.nodes[index]?.statement ?? 0) + 1;
}

/**
 * None of the inputs holds it. A statement may be several nodes (GET … LIMIT): where it fell out in an earlier one, that one
 * says why.
 */
function above(trace: EntityTrace, node: PlanNode, inputs: readonly NodeIndex[]): NodeVerdict | undefined {
  const { dataflow, entity } = trace;
  const [input] = inputs;
  if (input !== undefined && dataflow.plan.nodes[input]?.statement === node.statement) {
    return nodeVerdict(trace, input);
  }
  if (inputs.every((each) => dataflow.plan.nodes[each]?.type !== entity.type)) return undefined;
  const numbers = [...new Set(inputs.map((each) => statementOf(dataflow, each)))];
  const reason =
    numbers.length === 1
      ? `is not in what statement ${numbers[0]} gives`
      : `is in none of what statements ${numbers.join(', ')} give`;
  return { status: 'missing', reason, comparisons: [], rows: [] };
}

function ofFilter(trace: EntityTrace, node: FilterNode, index: NodeIndex): NodeVerdict {
  const { dataflow, carried, test, when, handle } = trace;
  const filter = dataflow.at(index) as FilterOperator;
  const members = [...carried.at(node.input)].slice(0, MOST_ROWS);
  const tried = members.map((member) => {
    const leaves = leavesOf(node.pattern).map((leaf) => {
      const found = dataflow.reader.values(member, leaf.path).flatMap((value) => value as Value);
      return [leaf, { leaf, found, outcome: filter.decide(leaf, member) }] as const;
    });
    const match = { pattern: node.pattern, outcome: filter.decide(node.pattern, member), leaves: new Map(leaves) };
    return { member, failing: fellOutAt(match, test) };
  });
  const nearest = tried.reduce((a, b) => (b.failing.length < a.failing.length ? b : a));
  const comparisons = failedComparisons(dataflow, nearest.failing);
  if (nearest.member === handle) return fellOut(`what is known of it ${when} does not satisfy`, comparisons);
  const text = carriedRowText(carriedRow(dataflow, nearest.member));
  const rest = carried.at(node.input).size - 1;
  const subject = nearest.member < 0 ? `its row ${text}` : `${text}, which it leads to,`;
  const reason = `${subject} does not satisfy${rest === 0 ? '' : `, nor do ${rest} others`}`;
  return fellOut(reason, comparisons);
}

function ofLimit(trace: EntityTrace, node: LimitNode, index: NodeIndex): NodeVerdict {
  const { dataflow, carried } = trace;
  const limit = dataflow.at(index) as LimitOperator;
  const bounds = `${node.limit === null ? '' : `LIMIT ${node.limit} `}OFFSET ${node.offset}`;
  const [member = 0] = carried.at(node.input);
  const passed = limit.passedOver(member);
  const edge = passed?.edge;
  if (edge === undefined) return fellOut(`lies outside of ${bounds} in its order`);
  const [value, others] = [member, edge].map((each) =>
    node.sort.map(({ path }) => dataflow.reader.value(each, path)),
  ) as [(Value | undefined)[], (Value | undefined)[]];
  const comparisons = node.sort.map(({ path, direction }, i): FailedComparison => ({
    text: `SORT BY ${path.text} ${direction.toUpperCase()}`,
    attribute: path.text,
    found: given(value[i]),
    referenced: given(others[i]),
    other: passed?.zone === 'before' ? 'the first one let through has' : 'the last one let through has',
  }));
  return fellOut(`lies outside of ${bounds} in its order`, comparisons);
}

function given(value: Value | undefined): readonly Value[] {
  return value === undefined ? [] : [value].flat();
}

function ofJoin(trace: EntityTrace, node: JoinNode, side: 0 | 1): NodeVerdict {
  const { dataflow, carried } = trace;
  const [own, other] = side === 0 ? [node.left, node.right] : [node.right, node.left];
  const [path, theirs] = side === 0 ? node.by : [node.by[1], node.by[0]];
  const [member = 0] = carried.at(own);
  const found = dataflow.reader.values(member, path).flatMap((value) => value as Value);
  const referenced = new Set<Value>();
  for (const each of [...dataflow.at(other).members.keys()].slice(0, MOST_ROWS)) {
    for (const value of dataflow.reader.values(each, theirs)) {
      if (referenced.size < MOST_REFERENCED) referenced.add(value);
    }
  }
  const statement = statementOf(dataflow, other);
  const size = dataflow.at(other).members.size;
  const comparison: FailedComparison = {
    text: `${node.by[0].text} = ${node.by[1].text}`,
    attribute: path.text,
    found,
    referenced: [...referenced],
    other: `what statement ${statement} gives has`,
  };
  const reason =
    found.length === 0
      ? `${path.text} is not known of it, and joins with nothing`
      : `is joined with none of the ${size} that statement ${statement} gives`;
  return fellOut(reason, [comparison]);
}

function ofFind(trace: EntityTrace, node: FindNode, index: NodeIndex): NodeVerdict | undefined {
  const { dataflow, carried, entity, handle } = trace;
  const { nodes } = dataflow.plan;
  const find = dataflow.at(index) as FindOperator;
  const asResult = entity.type === node.type;
  if (asResult && find.partnersOf(handle).length > 0) {
    const witness = nodes[node.witness ?? -1];
    if (node.witness === undefined || witness?.op !== 'get') return fellOut('is of another type');
    const of = getVerdict(trace, witness, node.witness);
    return of === undefined || of.status !== 'out'
      ? fellOut('has the relation; no record in range satisfies the rest')
      : { ...of, reason: `has the relation; ${of.reason}` };
  }
  const input = statementOf(dataflow, node.input);
  const members = carried.at(node.input);
  if (members.size > 0) {
    const related = [...members].some((member) => find.hasRelation(member));
    return fellOut(
      related
        ? `is in what statement ${input} gives; no ${node.type} with that relation to it satisfies the rest`
        : `is in what statement ${input} gives; no ${node.type} has that relation to it`,
    );
  }
  if (!asResult) return above(trace, node, [node.input]);
  const size = dataflow.at(node.input).members.size;
  const reason = `has that relation with none of the ${size} that statement ${input} gives`;
  return fellOut(
    nodes[node.witness ?? -1]?.op === 'get' ? `${reason}, by a record that satisfies what is asked of it` : reason,
  );
}
