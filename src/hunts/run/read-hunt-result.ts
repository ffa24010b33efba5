import type { HuntDataflow } from '../../dataflow/hunt-dataflow.ts';
import type { Cell, ListingRows } from '../../dataflow/listing-rows.ts';
import { readDisplay } from '../../dataflow/read-display.ts';
import type { EntityGraph } from '../../graph/entity-graph.ts';
import type { AlertFeed } from '../alerts/alert-feed.ts';
import type { CompiledHunt } from '../compile-hunt.ts';
import type { SaveResult } from './hunt-saves.ts';
import type { AlertCounts, DisplayResult, HuntResult, VariableResult } from './hunt-result.ts';

/** Reads variables and displays of one hunt as they stand. */
export async function readHuntResult(
  hunt: CompiledHunt,
  dataflow: HuntDataflow,
  graph: EntityGraph,
  listings: ListingRows,
  feeds: readonly AlertFeed[],
  options: {
    readonly rowsOf: (variable: string) => boolean;
    readonly countRecords: boolean;
    readonly saves: readonly SaveResult[];
  },
): Promise<HuntResult> {
  const variables: VariableResult[] = [];
  for (const { name, listing } of dataflow.plan.variables) {
    const members = dataflow.at(listing.node).members;
    const { rows, columns } = options.rowsOf(name)
      ? await listings.all(dataflow, listing)
      : { rows: undefined, columns: [] };
    variables.push({
      name,
      type: listing.type,
      entities: members.size,
      ...(options.countRecords ? { records: countRecords(graph, dataflow, members.keys()) } : {}),
      ...(rows === undefined ? {} : { rows: rows.map((row) => rowObject(columns, row)) }),
    });
  }
  const displays: DisplayResult[] = [];
  const counted = options.countRecords
    ? (handles: Iterable<number>): number => countRecords(graph, dataflow, handles)
    : undefined;
  for (const display of dataflow.plan.displays) {
    const { kind, statement, line, variable, listing } = display;
    const attribute = kind === 'describe' ? listing.columns?.[0]?.text : undefined;
    displays.push({
      ...{ kind, statement, line, variable },
      ...(attribute === undefined ? {} : { attribute }),
      ...(await readDisplay(dataflow, listings, display, counted)),
    });
  }
  return { hunt: hunt.id, file: hunt.file, variables, displays, saves: options.saves, alerts: sumCounts(feeds) };
}

/** Distinct records: of rows per record theirs, else those that mention the entities. */
function countRecords(graph: EntityGraph, { rows }: HuntDataflow, members: Iterable<number>): number {
  const records = new Set<string>();
  const entities = new Set<number>();
  for (const member of members) {
    const recordId = member < 0 ? rows.row(member).recordId : undefined;
    if (recordId !== undefined) records.add(recordId);
    else if (rows.entityOf(member) > 0) entities.add(rows.entityOf(member));
  }
  return records.size + graph.countRecords(entities);
}

function rowObject(columns: readonly string[], row: readonly Cell[]): Record<string, Cell> {
  // Names of columns come from hunts and files: each of them becomes a property, `__proto__` too.
  return Object.fromEntries(columns.flatMap((column, i) => (row[i] === undefined ? [] : [[column, row[i]] as const])));
}

function sumCounts(feeds: readonly AlertFeed[]): AlertCounts {
  const sum = { opened: 0, revised: 0, retracted: 0, suppressed: 0 };
  for (const { counts } of feeds) {
    sum.opened += counts.opened;
    sum.revised += counts.revised;
    sum.retracted += counts.retracted;
    sum.suppressed += counts.suppressed;
  }
  return sum;
}
