import { entityType } from '../catalogue/entity-type.ts';
import { attributeOf } from '../catalogue/attribute-of.ts';
import type { EntityGraph } from '../graph/entity-graph.ts';
import { valueKey, type Value } from '../graph/value.ts';
import { displayColumns } from '../plan/display-columns.ts';
import type { Listing } from '../plan/hunt-plan.ts';
import type { HuntDataflow } from './hunt-dataflow.ts';
import { loadMissing, type LoadContents } from './load-missing.ts';
import { compareRows, sortKeysOf } from './operators/row-order.ts';

export type Cell = Value | undefined;

export interface ListingTable {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
  /** Rows before LIMIT and OFFSET, duplicates and empty rows not counted. */
  readonly total: number;
}

interface ReadColumn {
  readonly title: string;
  readonly path: {
    readonly steps: readonly { readonly reference: string; readonly list: boolean }[];
    readonly attribute: string;
  };
}

/** Reads what a listing shows now: rows in its order, with its columns. Loads the contents it needs. */
export class ListingRows {
  readonly #graph: EntityGraph;
  readonly #load: LoadContents;

  constructor(graph: EntityGraph, load: LoadContents) {
    this.#graph = graph;
    this.#load = load;
  }

  /** One row per member, nothing dropped; columns without any value are left out unless NEW named them. */
  async all(hunt: HuntDataflow, listing: Listing): Promise<ListingTable> {
    const handles = await this.ordered(hunt, listing);
    const table = await this.#table(hunt, listing, handles);
    return { ...table, total: handles.length };
  }

  /** As DISP shows it: rows without any value dropped, exact duplicates once, then OFFSET and LIMIT (D11). */
  async display(hunt: HuntDataflow, listing: Listing, limit: number | null, offset: number): Promise<ListingTable> {
    const handles = await this.ordered(hunt, listing);
    const { columns, rows } = await this.#table(hunt, listing, handles);
    const seen = new Set<string>();
    const distinct = rows.filter((row) => {
      if (row.every((cell) => cell === undefined)) return false;
      const key = row.map((cell) => (cell === undefined ? '' : valueKey(cell))).join('\u0000');
      if (seen.has(key)) return false;
      seen.add(key);
      return true;
    });
    return {
      columns,
      rows: distinct.slice(offset, limit === null ? undefined : offset + limit),
      total: distinct.length,
    };
  }

  /** Members in the order of the listing. */
  async ordered(hunt: HuntDataflow, listing: Listing): Promise<number[]> {
    const handles = [...hunt.at(listing.node).members.keys()];
    const rows = [];
    for (const key of listing.sort) await this.#loadPaths(hunt, handles, key.path);
    for (const handle of handles) rows.push({ handle, keys: sortKeysOf(handle, listing.sort, hunt.reader) });
    return rows.sort((a, b) => compareRows(a, b, listing.sort, this.#graph)).map((row) => row.handle);
  }

  async #table(
    hunt: HuntDataflow,
    listing: Listing,
    handles: readonly number[],
  ): Promise<{ columns: readonly string[]; rows: (readonly Cell[])[] }> {
    const columns =
      listing.columns?.map((path): ReadColumn => ({ title: path.written, path })) ??
      (await this.#allColumns(hunt, listing, handles));
    for (const { path } of columns) await this.#loadPaths(hunt, handles, path);
    const rows = handles.map((handle) => columns.map(({ path }) => hunt.reader.value(handle, path)));
    if (listing.columns !== undefined) return { columns: columns.map((column) => column.title), rows };
    const named = namedByNew(hunt, listing);
    const kept = columns.flatMap((column, i) =>
      named.has(column.title) || rows.some((row) => row[i] !== undefined) ? [i] : [],
    );
    return {
      columns: kept.map((i) => (columns[i] as ReadColumn).title),
      rows: rows.map((row) => kept.map((i) => row[i])),
    };
  }

  /** Columns of the catalogue, then the attributes it does not know, by name. NEW rows come as written. */
  async #allColumns(hunt: HuntDataflow, listing: Listing, handles: readonly number[]): Promise<ReadColumn[]> {
    const known = displayColumns(listing.type).flatMap((group) =>
      group.attributes.map((attribute) => columnOf(group.steps, attribute)),
    );
    await this.#load(handles.filter((handle) => !this.#graph.isResident(handle)));
    const extra = new Set<string>();
    for (const handle of handles) {
      for (const name of hunt.reader.names(handle)) {
        if (attributeOf(listing.type, name) === undefined) extra.add(name);
      }
    }
    const direct = entityType(listing.type)?.attributes.filter((attribute) => attribute.onRequest !== true).length ?? 0;
    const unknown = [...extra].sort().map((name) => columnOf([], name));
    const columns = [...known.slice(0, direct), ...unknown, ...known.slice(direct)];
    const written = [...namedByNew(hunt, listing)];
    if (written.length === 0) return columns;
    const rest = columns.filter((column) => !written.includes(column.title));
    return [...written.map((name) => columnOf([], name)), ...rest];
  }

  async #loadPaths(hunt: HuntDataflow, handles: readonly number[], path: ReadColumn['path']): Promise<void> {
    await loadMissing(this.#load, (into) => {
      for (const handle of handles) hunt.reader.missing(handle, path, into);
    });
  }
}

function columnOf(steps: readonly string[], attribute: string): ReadColumn {
  return {
    title: [...steps, attribute].join('.'),
    path: { steps: steps.map((reference) => ({ reference, list: false })), attribute },
  };
}

/** Columns that NEW statements above the listing wrote, in their order. */
function namedByNew(hunt: HuntDataflow, listing: Listing): Set<string> {
  const names = new Set<string>();
  const visit = (index: number): void => {
    const node = hunt.plan.nodes[index];
    if (node === undefined) return;
    if (node.op === 'new') for (const column of node.columns) names.add(column);
    if (node.op === 'merge') for (const input of node.inputs) visit(input);
    if (node.op === 'filter' || node.op === 'limit') visit(node.input);
  };
  visit(listing.node);
  return names;
}
