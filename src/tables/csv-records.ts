import { tableError } from './table-error.ts';

/** A cell as it stands in the text. `isQuoted` tells `""`, the empty text, from nothing. */
export interface CsvField {
  readonly text: string;
  readonly isQuoted: boolean;
}

export interface CsvRecord {
  /** Where it begins, counted from 1. */
  readonly line: number;
  readonly fields: readonly CsvField[];
}

const [QUOTE, COMMA, LF, CR] = [34, 44, 10, 13];

/**
 * Records of a CSV text (RFC 4180): commas, quotes doubled inside quotes, line ends of any kind, line ends inside
 * quotes. Empty lines are no records. Throws `SourceError` `table-broken` for a quote that is never closed, or is
 * followed by more text.
 */
export function* csvRecords(text: string): Generator<CsvRecord, void, undefined> {
  let at = 0;
  let line = 1;
  while (at < text.length) {
    const start = line;
    const fields: CsvField[] = [];
    for (;;) {
      if (text.charCodeAt(at) === QUOTE) {
        const end = closingQuote(text, at, line);
        const inside = text.slice(at + 1, end);
        line += lineEnds(inside);
        fields.push({ text: inside.includes('"') ? inside.replaceAll('""', '"') : inside, isQuoted: true });
        at = end + 1;
        if (at < text.length && !isDelimiter(text.charCodeAt(at))) {
          throw tableError(`line ${line}`, 'text follows a closing quote', 'A quote inside quotes is written twice.');
        }
      } else {
        const from = at;
        while (at < text.length && !isDelimiter(text.charCodeAt(at))) at++;
        fields.push({ text: text.slice(from, at), isQuoted: false });
      }
      if (text.charCodeAt(at) !== COMMA) break;
      at++;
    }
    if (text.charCodeAt(at) === CR && text.charCodeAt(at + 1) === LF) at++;
    at++;
    line++;
    const [first] = fields;
    if (fields.length > 1 || first?.isQuoted === true || first?.text !== '') yield { line: start, fields };
  }
}

function closingQuote(text: string, start: number, line: number): number {
  let end = text.indexOf('"', start + 1);
  while (end >= 0 && text.charCodeAt(end + 1) === QUOTE) end = text.indexOf('"', end + 2);
  if (end < 0) {
    throw tableError(`line ${line}`, 'a quote opens that is never closed', 'Close it, or double a quote that is text.');
  }
  return end;
}

function isDelimiter(unit: number): boolean {
  return unit === COMMA || unit === LF || unit === CR;
}

function lineEnds(text: string): number {
  let count = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit === LF || (unit === CR && text.charCodeAt(i + 1) !== LF)) count++;
  }
  return count;
}
