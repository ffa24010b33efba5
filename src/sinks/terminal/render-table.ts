import { displayWidth, truncateToWidth } from './display-width.ts';
import { escapeTerminal } from './escape-terminal.ts';
import { terminalStyle } from './terminal-style.ts';

export type TableValue = string | number | bigint | boolean | null | undefined | readonly TableValue[];

export interface TableOptions {
  /** Columns of the terminal. Default: as wide as the content. */
  readonly width?: number;
  readonly color?: boolean;
  /** Longest value in UTF-16 units, before the width is looked at. Default 500. */
  readonly maxValueLength?: number;
}

const GAP = '  ';
/** Below this width a column says nothing; columns that would be narrower are left out, from the right. */
const MIN_COLUMN = 6;

/**
 * A table for people: a heading, a rule, a line per row, each ended by a line feed. Numbers stand right, unknown values
 * are empty, lists are joined by commas. Values are escaped, and cut where the width does not suffice; columns that
 * find no room are named below the table.
 */
export function renderTable(
  columns: readonly string[],
  rows: readonly (readonly TableValue[])[],
  options: TableOptions = {},
): string {
  const style = terminalStyle(options.color ?? false);
  const maxLength = options.maxValueLength ?? 500;
  const headings = columns.map((column) => escapeTerminal(column, { maxLength }));
  const cells = rows.map((row) => columns.map((_, i) => escapeTerminal(textOf(row[i], 0), { maxLength })));
  const right = columns.map((_, i) => isNumeric(rows, i));
  const natural = headings.map((heading, i) =>
    cells.reduce((width, row) => Math.max(width, displayWidth(row[i]!)), displayWidth(heading)),
  );
  const widths = fit(natural, options.width ?? Infinity);
  const line = (texts: readonly string[]): string =>
    widths
      .map((width, i) => pad(truncateToWidth(texts[i]!, width), width, right[i]!))
      .join(GAP)
      .trimEnd();

  const out = [style('bold', line(headings)), style('dim', widths.map((width) => '─'.repeat(width)).join(GAP))];
  for (const row of cells) out.push(line(row));
  if (widths.length < headings.length) {
    const note = `not shown: ${headings.slice(widths.length).join(', ')}`;
    out.push(style('dim', truncateToWidth(note, options.width ?? Infinity)));
  }
  return `${out.join('\n')}\n`;
}

function textOf(value: TableValue, depth: number): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'object') return depth > 2 ? '…' : value.map((item) => textOf(item, depth + 1)).join(', ');
  return String(value);
}

function isNumeric(rows: readonly (readonly TableValue[])[], column: number): boolean {
  let numbers = 0;
  for (const row of rows) {
    const value = row[column];
    if (typeof value === 'number' || typeof value === 'bigint') numbers++;
    else if (value !== null && value !== undefined) return false;
  }
  return numbers > 0;
}

/** Widths that fit: narrow columns keep theirs, the wide ones share what is left equally. */
function fit(natural: readonly number[], total: number): number[] {
  let shown = natural.length;
  const leastOf = (count: number) =>
    natural.slice(0, count).reduce((sum, width) => sum + Math.min(width, MIN_COLUMN), GAP.length * (count - 1));
  while (shown > 1 && leastOf(shown) > total) shown--;
  const widths = natural.slice(0, shown);
  let room = Math.max(total - GAP.length * (shown - 1), shown);
  let open = shown;
  const order = widths.map((_, i) => i).sort((a, b) => widths[a]! - widths[b]!);
  for (const i of order) {
    const share = Math.floor(room / open);
    if (widths[i]! > share) widths[i] = share;
    room -= widths[i]!;
    open--;
  }
  return widths;
}

function pad(text: string, width: number, right: boolean): string {
  const blanks = ' '.repeat(Math.max(0, width - displayWidth(text)));
  return right ? blanks + text : text + blanks;
}
