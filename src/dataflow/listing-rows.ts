import { attributeOf } from '../catalogue/attribute-of.ts';
import { resolvePath } from '../catalogue/resolve-path.ts';
import { valueKey, type Value } from '../graph/value.ts';
import { displayColumns } from '../plan/display-columns.ts';
import type { Listing } from '../plan/hunt-plan.ts';
import { rowColumns, type RowColumns } from '../plan/row-columns.ts';
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
  readonly #load: LoadContents;

  constructor(load: LoadContents) {
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
    return rows.sort((a, b) => compareRows(a, b, listing.sort, hunt.rows)).map((row) => row.handle);
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
    const { own, written } = rowColumns(hunt.plan.nodes, listing.node);
    const always = new Set([...written, ...own.filter((each) => !each.isAutomatic).map(({ name }) => name)]);
    // An automatic count of 0 in every group: no member has that attribute.
    const counts = new Set(own.filter((each) => each.isAutomatic && each.isCount).map(({ name }) => name));
    const kept = columns.flatMap(({ title }, i) => {
      const isEmpty = (cell: Cell): boolean => cell === undefined || (cell === 0 && counts.has(title));
      return always.has(title) || rows.some((row) => !isEmpty(row[i])) ? [i] : [];
    });
    return {
      columns: kept.map((i) => (columns[i] as ReadColumn).title),
      rows: rows.map((row) => kept.map((i) => row[i])),
    };
  }

  /**
   * Columns that derived rows have of their own; NEW rows as written; columns of the catalogue with the attributes it
   * does not know, by name, after those of the entity itself.
   */
  async #allColumns(hunt: HuntDataflow, listing: Listing, handles: readonly number[]): Promise<ReadColumn[]> {
    const sources = rowColumns(hunt.plan.nodes, listing.node);
    await this.#loadPaths(hunt, handles, columnOf([], '').path);
    const unknown = new Set<string>();
    for (const handle of handles) for (const name of hunt.reader.names(handle)) unknown.add(name);
    const columns = columnsOf(sources, [...unknown].sort());
    return columns.filter(({ title }, at) => columns.findIndex((each) => each.title === title) === at);
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

/** A column that NEW or LOAD names: a path, where rows beside theirs may have references to follow. */
function columnWritten(type: string | undefined, name: string): ReadColumn {
  const resolved = type === undefined ? undefined : resolvePath(type, name);
  if (resolved?.ok !== true || resolved.steps.length === 0 || resolved.text !== name) return columnOf([], name);
  return columnOf(
    resolved.steps.map(({ reference }) => reference),
    resolved.attribute,
  );
}

/** `names`: of direct attributes that some row has. */
function columnsOf({ own, types, written }: RowColumns, names: readonly string[]): ReadColumn[] {
  const direct: ReadColumn[] = [];
  const referred: ReadColumn[] = [];
  for (const type of types) {
    for (const { steps, attributes } of displayColumns(type)) {
      const into = steps.length === 0 ? direct : referred;
      for (const attribute of attributes) into.push(columnOf(steps, attribute));
    }
  }
  const isKnown = (name: string): boolean => types.some((type) => attributeOf(type, name) !== undefined);
  return [
    ...own.map(({ name }) => columnOf([], name)),
    ...written.map((name) => columnWritten(types[0], name)),
    ...direct,
    ...names.filter((name) => !isKnown(name)).map((name) => columnOf([], name)),
    ...referred,
  ];
}
