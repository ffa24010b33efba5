import type { Instant } from '../catalogue/instant.ts';
import { CELL, type Column } from './record-batch.ts';

export type CellValue = string | number | boolean | Instant | readonly string[];

/** A cell as a value; texts are made here. Undefined where there is none: missing, null, an empty list, an object. */
export function cellValue(column: Column, lists: Int32Array, row: number): CellValue | undefined {
  const code = column.code[row] as number;
  switch (column.kind[row]) {
    case CELL.text:
      return column.dictionary.text(code);
    case CELL.number:
      return column.num[row] as number;
    case CELL.true:
      return true;
    case CELL.false:
      return false;
    case CELL.time:
      return { ms: column.num[row] as number, ns: column.aux[row] as number };
    case CELL.list: {
      const length = column.aux[row] as number;
      if (length === 0) return undefined;
      return Array.from(lists.subarray(code, code + length), (member) => column.dictionary.text(member));
    }
    default:
      return undefined;
  }
}
