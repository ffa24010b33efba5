import type { LoadedCell, LoadedTable } from '../language/loaded-table.ts';
import { quoteLongIntegers } from '../telemetry/stix/exact-integers.ts';
import { arrayElements } from './array-elements.ts';
import { tableError, tableTooLarge } from './table-error.ts';
import { TABLE_LIMITS } from './table-limits.ts';

/** Objects inside objects; deeper ones are no rows of a table. */
const MAX_DEPTH = 8;
const ROW_HINT = 'A row is an object of texts, numbers, true, false, null and lists of these, or a text.';

/**
 * A JSON array of objects, or of texts. An object inside a row becomes columns with a dotted name, a missing key is
 * null. Throws `SourceError` `table-broken`, `table-too-large`.
 */
export function readJson(text: string): LoadedTable {
  const rows = new JsonRows();
  for (const element of arrayElements(text)) rows.add(element.text, element.line);
  return rows.table();
}

/** As `readJson`, an object (or a text) per line. */
export function readNdjson(text: string): LoadedTable {
  const rows = new JsonRows();
  for (const [i, line] of text.split('\n').entries()) if (line.trim() !== '') rows.add(line, i + 1);
  return rows.table();
}

class JsonRows {
  readonly #indexes = new Map<string, number>();
  readonly #rows: LoadedCell[][] = [];
  readonly #lines: number[] = [];
  #holdTexts: boolean | undefined;

  add(text: string, line: number): void {
    const at = `line ${line}`;
    const row = parse(text, at);
    const isText = typeof row === 'string';
    if (!isText && !isObject(row)) throw tableError(at, 'it is no row', ROW_HINT);
    this.#holdTexts ??= isText;
    if (isText !== this.#holdTexts) {
      throw tableError(at, 'texts and objects are mixed', 'Write either a list of texts or a list of objects.');
    }
    const cells: LoadedCell[] = [];
    if (isText) cells[0] = cellOf(row, at);
    else this.#addObject(row, '', cells, at, 1);
    if (this.#rows.push(cells) > TABLE_LIMITS.rows) throw tableTooLarge(`it has more than ${TABLE_LIMITS.rows} rows`);
    this.#lines.push(line);
  }

  table(): LoadedTable {
    const columns = [...this.#indexes.keys()];
    const width = this.#holdTexts === true ? 1 : columns.length;
    return {
      kind: 'table',
      columns,
      rows: this.#rows.map((cells) => Array.from({ length: width }, (_, i) => cells[i] ?? null)),
      lines: this.#lines,
    };
  }

  #addObject(object: object, prefix: string, into: LoadedCell[], at: string, depth: number): void {
    if (depth > MAX_DEPTH) throw tableError(at, 'objects are nested too deep', ROW_HINT);
    for (const [key, value] of Object.entries(object)) {
      const name = prefix + key;
      if (name === '') throw tableError(at, 'a key is empty', 'Every value needs a name.');
      if (isObject(value)) this.#addObject(value, `${name}.`, into, at, depth + 1);
      else into[this.#index(name)] = cellOf(value, at);
    }
  }

  #index(name: string): number {
    const known = this.#indexes.get(name);
    if (known !== undefined) return known;
    if (this.#indexes.size >= TABLE_LIMITS.columns) {
      throw tableTooLarge(`it has more than ${TABLE_LIMITS.columns} columns`);
    }
    this.#indexes.set(name, this.#indexes.size);
    return this.#indexes.size - 1;
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function cellOf(value: unknown, at: string): LoadedCell {
  if (Array.isArray(value)) {
    return value.map((each: unknown) => {
      if (typeof each !== 'string' && typeof each !== 'number' && typeof each !== 'boolean') {
        throw tableError(at, 'a list holds something else than texts', ROW_HINT);
      }
      return String(each);
    });
  }
  if (typeof value === 'string' && value.length > TABLE_LIMITS.cell) throw tableTooLarge(`${at}: a text is too long`);
  return value as LoadedCell;
}

function parse(text: string, at: string): unknown {
  try {
    return JSON.parse(quoteLongIntegers(text));
  } catch (cause) {
    throw tableError(at, 'it is no valid JSON', 'Check the file, for instance with jq.', cause);
  }
}
