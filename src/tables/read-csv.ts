import type { LoadedCell, LoadedTable } from '../language/loaded-table.ts';
import { csvRecords, type CsvField, type CsvRecord } from './csv-records.ts';
import { withoutApostrophe } from './formula-text.ts';
import { tableError, tableTooLarge } from './table-error.ts';
import { TABLE_LIMITS } from './table-limits.ts';

const INTEGER = /^-?(?:0|[1-9]\d*)$/;
const DECIMAL = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** What the cells of a column are read as. `plain`: each unquoted one as the number or truth value that it is. */
type ColumnReading = 'text' | 'plain';

/**
 * A CSV text with a header line. An empty cell is null. Numbers and `true`/`false` are read as such where every
 * unquoted cell of the column is one; integers that a double cannot hold and numbers with leading zeros are text.
 * A quoted cell is text, but where the header is quoted throughout: whoever writes so quotes whatever there is.
 * A header `"type"` beside a bare name is the mark of SAVE: there the apostrophes before formulas are taken off.
 * Throws `SourceError` `table-broken`, `table-too-large`.
 */
export function readCsv(text: string): LoadedTable {
  const records = csvRecords(text);
  const head = records.next();
  if (head.done === true) throw tableError(undefined, 'it is empty', 'A CSV file begins with a line of column names.');
  const ignoresQuotes = head.value.fields.every((field) => field.isQuoted);
  const [first] = head.value.fields;
  const isSaved = first?.isQuoted === true && first.text === 'type' && !ignoresQuotes;
  const columns = columnNames(head.value, isSaved);
  const rows: CsvRecord[] = [];
  for (const record of records) {
    if (record.fields.length !== columns.length) throw wrongLength(record, columns.length);
    if (rows.push(record) > TABLE_LIMITS.rows) throw tableTooLarge(`it has more than ${TABLE_LIMITS.rows} rows`);
  }
  const isPlain = (field: CsvField): boolean => field.text !== '' && (ignoresQuotes || !field.isQuoted);
  const readings = columns.map((_, i): ColumnReading => {
    for (const { fields } of rows) {
      const field = fields[i] as CsvField;
      if (isPlain(field) && plainValue(field.text) === undefined) return 'text';
    }
    return 'plain';
  });
  return {
    kind: 'table',
    columns,
    rows: rows.map(({ fields, line }) =>
      fields.map((field, i): LoadedCell => {
        if (field.text.length > TABLE_LIMITS.cell) throw tableTooLarge(`line ${line}: a cell is too long`);
        if (field.text === '') return field.isQuoted && !ignoresQuotes ? '' : null;
        if (isSaved && field.isQuoted) return withoutApostrophe(field.text);
        if (readings[i] === 'text' || !isPlain(field)) return field.text;
        return plainValue(field.text) as LoadedCell;
      }),
    ),
    lines: rows.map(({ line }) => line),
  };
}

function columnNames({ fields }: CsvRecord, isSaved: boolean): string[] {
  const names = fields.map(({ text }) => (isSaved ? withoutApostrophe(text.trim()) : text.trim()));
  if (names.length > TABLE_LIMITS.columns) throw tableTooLarge(`it has more than ${TABLE_LIMITS.columns} columns`);
  const [only] = names;
  if (names.length === 1 && only !== undefined && /[;\t]/.test(only)) {
    throw tableError('line 1', 'its columns are not separated by commas', 'Export it with commas between the columns.');
  }
  for (const [i, name] of names.entries()) {
    if (name === '') throw tableError('line 1', `column ${i + 1} has no name`, 'The first line names every column.');
    if (names.indexOf(name) < i) throw tableError('line 1', `column ${name} stands twice`, 'Leave one of them out.');
  }
  return names;
}

function wrongLength({ line, fields }: CsvRecord, expected: number): Error {
  return tableError(
    `line ${line}`,
    `${fields.length} ${fields.length === 1 ? 'cell' : 'cells'}, but the header names ${expected}`,
    'Every line has a cell per column; a cell that holds a comma or a quote stands in quotes.',
  );
}

function plainValue(text: string): number | boolean | string | undefined {
  if (DECIMAL.test(text)) {
    const number = Number(text);
    if (!Number.isFinite(number)) return undefined;
    return INTEGER.test(text) && !Number.isSafeInteger(number) ? text : number;
  }
  if (/^true$/i.test(text)) return true;
  return /^false$/i.test(text) ? false : undefined;
}
