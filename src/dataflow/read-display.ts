import { explainUpTo } from '../plan/explain-plan.ts';
import type { NodeExplanation } from '../plan/node-explanation.ts';
import type { HuntPlan, NodeIndex, PlannedDisplay } from '../plan/hunt-plan.ts';
import { describeValues, type Statistic } from './describe-values.ts';
import type { HuntDataflow } from './hunt-dataflow.ts';
import type { Cell, ListingRows, ListingTable } from './listing-rows.ts';

/** An operator as the plan explains it, and how many members it has now. */
export interface StandingNode extends NodeExplanation {
  readonly members: number;
}

export interface DisplayTable extends ListingTable {
  /** INFO and DESCRIBE: the rows by their first column. */
  readonly properties?: Readonly<Record<string, Cell>>;
  /** EXPLAIN: what the rows say, in full. */
  readonly nodes?: readonly StandingNode[];
}

/** What a DISP, INFO, DESCRIBE or EXPLAIN shows now. `countRecords` gives the records that mention the members. */
export async function readDisplay(
  hunt: HuntDataflow,
  listings: ListingRows,
  display: PlannedDisplay,
  countRecords?: (handles: Iterable<number>) => number,
): Promise<DisplayTable> {
  const { listing, limit, offset } = display;
  switch (display.kind) {
    case 'table':
      return listings.display(hunt, listing, limit, offset);
    case 'info':
      return propertyTable(await infoProperties(hunt, listings, display, countRecords), 'property');
    case 'describe': {
      const { rows } = await listings.all(hunt, listing);
      return propertyTable(describeValues(rows.map((row) => row[0])), 'statistic');
    }
    case 'explain': {
      const nodes = explainUpTo(hunt.plan, listing.node).map((node): StandingNode => ({
        ...node,
        members: hunt.at(node.node).members.size,
      }));
      return explainTable(nodes);
    }
  }
}

/** INFO: what a variable is (language reference §10). Records are there where the run counts them. */
async function infoProperties(
  hunt: HuntDataflow,
  listings: ListingRows,
  { listing, origin }: PlannedDisplay,
  countRecords: ((handles: Iterable<number>) => number) | undefined,
): Promise<Statistic[]> {
  const { columns, total } = await listings.all(hunt, listing);
  const isIndirect = (column: string): boolean => column.includes('_ref.');
  const isCustom = (column: string): boolean => column.startsWith('x_');
  return [
    ['Entity Type', listing.type],
    ['Number of Entities', total],
    ...(countRecords === undefined
      ? []
      : [['Number of Records', countRecords(hunt.at(listing.node).members.keys())] as const]),
    ['Entity Attributes', columns.filter((column) => !isIndirect(column) && !isCustom(column)).join(', ')],
    ['Indirect Attributes', columns.filter(isIndirect).join(', ')],
    ['Customized Attributes', columns.filter(isCustom).join(', ')],
    ['Birth Command', origin?.command ?? ''],
    ['Associated Datasource', sourcesOf(hunt.plan, listing.node).join(', ')],
    ['Dependent Variables', origin?.inputs.join(', ') ?? ''],
  ];
}

/** Sources that the records come from which a node rests on. */
function sourcesOf(plan: HuntPlan, node: NodeIndex): string[] {
  const sources = explainUpTo(plan, node).flatMap((each) => {
    const planned = plan.nodes[each.node];
    return planned?.op === 'get' ? (planned.sources ?? []) : [];
  });
  return [...new Set(sources)];
}

function propertyTable(properties: readonly Statistic[], title: string): DisplayTable {
  return {
    columns: [title, 'value'],
    rows: properties,
    total: properties.length,
    properties: Object.fromEntries(properties),
  };
}

function explainTable(nodes: readonly StandingNode[]): DisplayTable {
  return {
    columns: ['node', 'operator', 'type', 'members', 'does', 'state', 'retracts'],
    rows: nodes.map(({ node, operator, type, members, does, state, retracts }) => [
      ...[node, operator, type, members, does, state],
      retracts ?? 'never',
    ]),
    total: nodes.length,
    nodes,
  };
}
