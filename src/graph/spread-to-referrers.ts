import type { EdgeTable } from './edge-table.ts';

/** How far a change of content travels against references: `parent_ref.parent_ref.name` needs two steps. */
const MAX_PATH_STEPS = 4;

/** Adds the entities that refer to a touched one, over the references that content is read through, a few steps back (decision 18). */
export function spreadToReferrers(
  touched: Set<number>,
  tables: ReadonlyMap<string, EdgeTable>,
  read: ReadonlySet<string>,
): void {
  if (read.size === 0) return;
  let level: readonly number[] = [...touched];
  for (let step = 0; step < MAX_PATH_STEPS && level.length > 0; step++) {
    const next: number[] = [];
    for (const handle of level) {
      for (const table of tables.values()) {
        if (!read.has(table.name)) continue;
        for (const source of table.referrers(handle)) {
          if (touched.has(source)) continue;
          touched.add(source);
          next.push(source);
        }
      }
    }
    level = next;
  }
}
