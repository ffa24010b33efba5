import type { AttributePath, GroupStatement, JoinStatement, SortKey } from '../language/ast.ts';
import { automaticAggregates } from './automatic-aggregates.ts';
import type { GroupNode, JoinNode, Listing, PlanNode, RecordsNode, Transform } from './hunt-plan.ts';
import { rowColumns, transformColumns } from './row-columns.ts';

export function groupNode(
  { output, keys, aggregates }: GroupStatement,
  statement: number,
  input: Listing,
  nodes: readonly PlanNode[],
): GroupNode {
  const automatic = aggregates.length === 0;
  return {
    op: 'group',
    statement,
    type: input.type,
    input: input.node,
    id: output.id,
    keys,
    aggregates: automatic ? automaticAggregates(input.type, rowColumns(nodes, input.node)) : aggregates,
    automatic,
  };
}

export function joinNode({ output, by }: JoinStatement, statement: number, left: Listing, right: Listing): JoinNode {
  return { op: 'join', statement, type: left.type, left: left.node, right: right.node, id: output.id, by };
}

export function recordsNode(transform: Transform, statement: number, input: Listing): RecordsNode {
  return { op: 'records', statement, type: input.type, input: input.node, transform };
}

/** Rows per record are listed by time, whatever the order of the variable (semantics, Transforms). */
export function recordsListing(transform: Transform, input: Listing): Omit<Listing, 'node'> {
  const sort = transformColumns(transform).map((name): SortKey => ({ path: ownPath(name), direction: 'asc' }));
  const { columns } = input;
  return {
    type: input.type,
    sort,
    ...(columns === undefined ? {} : { columns: shownColumns(transform, columns) }),
  };
}

/** What a transform adds is shown whether ATTR names it or not, before the rest unless ATTR places it. */
export function shownColumns(
  transform: Transform | undefined,
  attributes: readonly AttributePath[],
): readonly AttributePath[] {
  const added = transform === undefined ? [] : transformColumns(transform).map(ownPath);
  return [...added.filter(({ text }) => !attributes.some((each) => each.text === text)), ...attributes];
}

export function ownPath(name: string): AttributePath {
  return { text: name, written: name, steps: [], attribute: name };
}
