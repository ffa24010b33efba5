import type { BatchColumn } from './batch-column.ts';
import { CELL } from './record-batch.ts';
import type { KindLayout } from './table-layout.ts';

/** Sets in which slots a filled row mentions an entity. */
export function markPresent(kind: KindLayout, row: number): void {
  const rules = kind.presence;
  for (let i = 0; i < rules.length; i++) {
    const rule = rules[i] as KindLayout['presence'][number];
    if (says(rule.all, row, true) && (rule.any.length === 0 || says(rule.any, row, false))) rule.present[row] = 1;
  }
}

/** Do all of the columns (or does any of them) say something in this row? */
function says(columns: readonly BatchColumn[], row: number, all: boolean): boolean {
  for (let i = 0; i < columns.length; i++) {
    const known = ((columns[i] as BatchColumn).kind[row] as number) > CELL.null;
    if (known !== all) return known;
  }
  return all;
}
