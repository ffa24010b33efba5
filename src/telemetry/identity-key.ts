import { CELL, type Column } from './record-batch.ts';

const SEPARATOR = '|';
const ESCAPE = '^';

/** Joins the parts of an identity key so that different parts never give one text. A single part stands as it is. */
export function identityKeyOf(parts: readonly string[]): string {
  if (parts.length === 1) return parts[0] as string;
  return parts.map(escapePart).join(SEPARATOR);
}

function escapePart(part: string): string {
  if (!part.includes(SEPARATOR) && !part.includes(ESCAPE)) return part;
  return part.replaceAll(ESCAPE, ESCAPE + ESCAPE).replaceAll(SEPARATOR, ESCAPE + SEPARATOR);
}

/** Nanoseconds since 1970 as decimal text, exact; `0` for an unknown time. */
export function timeKeyPart(ms: number, ns: number): string {
  if (ms > 0) return String(ms) + String(ns).padStart(6, '0');
  return (BigInt(ms) * 1_000_000n + BigInt(ns)).toString();
}

/** A cell as part of an identity key; a cell that says nothing gives the empty text. */
export function cellKeyPart(column: Column, row: number): string {
  switch (column.kind[row]) {
    case CELL.text:
      return column.dictionary.text(column.code[row] as number);
    case CELL.number:
      return String(column.num[row]);
    case CELL.time:
      return timeKeyPart(column.num[row] as number, column.aux[row] as number);
    case CELL.true:
      return 'true';
    case CELL.false:
      return 'false';
    default:
      return '';
  }
}
