import type { HuntDataflow } from '../dataflow/hunt-dataflow.ts';
import type { Cell, ListingRows, ListingTable } from '../dataflow/listing-rows.ts';
import type { EntityGraph } from '../graph/entity-graph.ts';
import type { PlannedDisplay } from '../plan/hunt-plan.ts';
import type { AlertFeed } from './alert-feed.ts';
import type { CompiledHunt } from './compile-hunt.ts';
import type { AlertCounts, DisplayResult, HuntResult, VariableResult } from './hunt-result.ts';

/** Reads variables and displays of one hunt as they stand. */
export async function readHuntResult(
  hunt: CompiledHunt,
  dataflow: HuntDataflow,
  graph: EntityGraph,
  listings: ListingRows,
  feeds: readonly AlertFeed[],
  options: { readonly rowsOf: (variable: string) => boolean; readonly countRecords: boolean },
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
      ...(options.countRecords ? { records: graph.countRecords(members.keys()) } : {}),
      ...(rows === undefined ? {} : { rows: rows.map((row) => rowObject(columns, row)) }),
    });
  }
  const displays: DisplayResult[] = [];
  for (const display of dataflow.plan.displays) {
    const table =
      display.kind === 'info'
        ? await infoTable(dataflow, listings, display)
        : await listings.display(dataflow, display.listing, display.limit, display.offset);
    const { kind, statement, line, variable } = display;
    displays.push({ kind, statement, line, variable, ...table });
  }
  return { hunt: hunt.id, file: hunt.file, variables, displays, alerts: sumCounts(feeds) };
}

/** INFO: what a variable is, as a table of properties (language reference §10). */
async function infoTable(
  dataflow: HuntDataflow,
  listings: ListingRows,
  display: PlannedDisplay,
): Promise<ListingTable> {
  const { columns, total } = await listings.all(dataflow, display.listing);
  const custom = columns.filter((column) => column.startsWith('x_'));
  const direct = columns.filter((column) => !column.includes('_ref.') && !column.startsWith('x_'));
  const indirect = columns.filter((column) => column.includes('_ref.'));
  const rows: (readonly [string, string | number])[] = [
    ['Entity Type', display.listing.type],
    ['Number of Entities', total],
    ['Entity Attributes', direct.join(', ')],
    ['Indirect Attributes', indirect.join(', ')],
    ['Customized Attributes', custom.join(', ')],
    ['Associated Datasource', dataflow.plan.sources.join(', ')],
  ];
  return { columns: ['property', 'value'], rows, total: rows.length };
}

function rowObject(columns: readonly string[], row: readonly Cell[]): Record<string, Cell> {
  const object: Record<string, Cell> = {};
  columns.forEach((column, i) => {
    if (row[i] !== undefined) object[column] = row[i];
  });
  return object;
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
