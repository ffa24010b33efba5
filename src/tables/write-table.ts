import { formatInstant, type Instant } from '../catalogue/instant.ts';
import { SinkError } from '../errors/windhover-error.ts';
import { withApostrophe } from './formula-text.ts';
import type { TableFormat } from './table-format.ts';

/** A cell as SAVE is given it. */
export type SavedCell = string | number | boolean | Instant | readonly string[] | undefined;

export interface SavedTable {
  /** Entity type; written as the column `type`, so that LOAD needs no AS. */
  readonly type: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly SavedCell[])[];
}

/**
 * The text of a table, in pieces. LOAD reads it back to the same cells: unknown is an empty cell or null, a time is
 * ISO 8601, texts of CSV are quoted and numbers are not, a list is JSON (an array, in CSV as its text).
 *
 * In CSV an apostrophe goes before a text that a spreadsheet would run as a formula. LOAD takes it off again, but only in
 * files with our mark: `"type"` stands in quotes, while another column name does not. Throws `SinkError` `save-refused`
 * for such a text where no column name can go without quotes.
 */
export function* writeTable({ type, columns, rows }: SavedTable, format: TableFormat): Generator<string> {
  const names = ['type', ...columns.map((column) => (column === 'type' ? 'type_' : column))];
  if (format === 'csv') {
    yield* csvLines(names, type, rows);
    return;
  }
  const objects = (function* () {
    for (const row of rows) {
      yield JSON.stringify(Object.fromEntries(names.map((name, i) => [name, i === 0 ? type : jsonCell(row[i - 1])])));
    }
  })();
  if (format === 'ndjson') {
    for (const object of objects) yield `${object}\n`;
    return;
  }
  let separator = '[\n';
  for (const object of objects) {
    yield separator + object;
    separator = ',\n';
  }
  yield separator === '[\n' ? '[]\n' : '\n]\n';
}

function* csvLines(names: readonly string[], type: string, rows: SavedTable['rows']): Generator<string> {
  const columns = names.map(withApostrophe);
  const bare = columns.map((name) => !/[",\r\n]/.test(name));
  const isMarked = bare.indexOf(true, 1) > 0;
  yield `${columns.map((name, i) => (bare[i] === true && !(isMarked && i === 0) ? name : quoted(name))).join(',')}\r\n`;
  for (const row of rows) yield `${[type, ...row].map((cell) => csvCell(cell, isMarked)).join(',')}\r\n`;
}

function csvCell(cell: SavedCell, isMarked: boolean): string {
  const value = jsonCell(cell);
  if (value === null) return '';
  if (typeof value === 'string') {
    const safe = withApostrophe(value);
    if (safe !== value && !isMarked) throw unmarked();
    return quoted(safe);
  }
  return typeof value === 'object' ? quoted(JSON.stringify(value)) : String(value);
}

function unmarked(): SinkError {
  const hint = 'Save it as .json or .ndjson, or give ATTR an attribute with a plain name.';
  return new SinkError('save-refused', 'a text of it would be a formula, and no column name is plain', { hint });
}

function quoted(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}

function jsonCell(cell: SavedCell): string | number | boolean | readonly string[] | null {
  if (cell === undefined) return null;
  return typeof cell === 'object' && 'ms' in cell ? formatInstant(cell) : cell;
}
