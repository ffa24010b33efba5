import type { HuntDataflow } from '../../dataflow/hunt-dataflow.ts';
import { textOf, type Value } from '../../graph/value.ts';

/** A member that an entity stands in or leads to: which it is, and what it says of its own. */
export interface CarriedRow {
  readonly type: string;
  /** Identity key of an entity, key of a row. */
  readonly key: string;
  /** Columns that an operator gave to the row. */
  readonly values: Readonly<Record<string, Value>>;
}

const MOST_COLUMNS = 8;

export function carriedRow({ rows }: HuntDataflow, handle: number): CarriedRow {
  const columns = new Map<string, Value>();
  for (let at: number | undefined = handle; at !== undefined && at < 0; [at] = rows.row(at).bases) {
    for (const [name, value] of rows.row(at).values) {
      if (columns.size < MOST_COLUMNS && !columns.has(name)) columns.set(name, value);
    }
  }
  return { type: rows.typeOf(handle), key: rows.keyOf(handle), values: Object.fromEntries(columns) };
}

/** `name = sh, n = 3`; of a row without columns of its own its key. */
export function carriedRowText({ key, values }: CarriedRow): string {
  const columns = Object.entries(values).map(([name, value]) => `${name} = ${textOf(value)}`);
  return columns.length === 0 ? key : columns.join(', ');
}
