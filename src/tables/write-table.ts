import { formatInstant, type Instant } from '../catalogue/instant.ts';
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
 */
export function* writeTable({ type, columns, rows }: SavedTable, format: TableFormat): Generator<string> {
  const names = ['type', ...columns.map((column) => (column === 'type' ? 'type_' : column))];
  if (format === 'csv') {
    yield `${names.map((name) => (/[",\r\n]/.test(name) ? quoted(name) : name)).join(',')}\r\n`;
    for (const row of rows) yield `${[type, ...row].map(csvCell).join(',')}\r\n`;
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

function csvCell(cell: SavedCell): string {
  const value = jsonCell(cell);
  if (value === null) return '';
  if (typeof value === 'string') return quoted(value);
  return typeof value === 'object' ? quoted(JSON.stringify(value)) : String(value);
}

function quoted(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}

function jsonCell(cell: SavedCell): string | number | boolean | readonly string[] | null {
  if (cell === undefined) return null;
  return typeof cell === 'object' && 'ms' in cell ? formatInstant(cell) : cell;
}
