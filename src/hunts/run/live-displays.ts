import type { HuntDataflow } from '../../dataflow/hunt-dataflow.ts';
import type { Cell, ListingRows, ListingTable } from '../../dataflow/listing-rows.ts';
import { valueKey } from '../../graph/value.ts';
import type { PlannedDisplay } from '../../plan/hunt-plan.ts';
import type { CompiledHunt } from '../compile-hunt.ts';

/** What changed in a DISP since it was told last. */
export interface DisplayChange {
  readonly hunt: string;
  readonly statement: number;
  readonly line: number;
  readonly variable: string;
  /** The table as it stands. */
  readonly table: ListingTable;
  readonly added: readonly (readonly Cell[])[];
  readonly removed: readonly (readonly Cell[])[];
  /** The columns are other ones than before: `added` is all of the table, and what was told before is void. */
  readonly reset: boolean;
}

interface WatchedDisplay {
  readonly hunt: CompiledHunt;
  readonly dataflow: HuntDataflow;
  readonly display: PlannedDisplay;
  changed: boolean;
  told: ListingTable | undefined;
}

/** The DISPs of a live run (decision 32): what changed in them, read at most once in `intervalMs` of wall time. */
export class LiveDisplays {
  readonly #listings: ListingRows;
  readonly #intervalMs: number;
  readonly #watched: WatchedDisplay[] = [];
  #toldAt = -Infinity;

  constructor(
    hunts: readonly { readonly hunt: CompiledHunt; readonly dataflow: HuntDataflow }[],
    listings: ListingRows,
    intervalMs: number,
  ) {
    this.#listings = listings;
    this.#intervalMs = intervalMs;
    for (const { hunt, dataflow } of hunts) {
      for (const display of dataflow.plan.displays) {
        if (display.kind === 'info') continue;
        const watched: WatchedDisplay = { hunt, dataflow, display, changed: false, told: undefined };
        dataflow.at(display.listing.node).output.subscribe(() => (watched.changed = true));
        this.#watched.push(watched);
      }
    }
  }

  /** Wall time until there is something to tell, ms; Infinity where nothing changed. */
  dueIn(now: number): number {
    if (!this.#watched.some((each) => each.changed)) return Infinity;
    return Math.max(0, this.#toldAt + this.#intervalMs - now);
  }

  /** Reads the tables that may have changed; those that show the same as before are left out. */
  async changes(now: number): Promise<DisplayChange[]> {
    this.#toldAt = now;
    const changes: DisplayChange[] = [];
    for (const each of this.#watched) {
      if (!each.changed) continue;
      each.changed = false;
      const { listing, limit, offset, statement, line, variable } = each.display;
      const table = await this.#listings.display(each.dataflow, listing, limit, offset);
      const before = each.told;
      each.told = table;
      const reset = before === undefined || before.columns.join('\n') !== table.columns.join('\n');
      const added = reset ? table.rows : without(table.rows, before.rows);
      const removed = reset ? [] : without(before.rows, table.rows);
      if (added.length + removed.length === 0 && before?.total === table.total) continue;
      changes.push({ hunt: each.hunt.id, statement, line, variable, table, added, removed, reset });
    }
    return changes;
  }
}

function without(rows: readonly (readonly Cell[])[], others: readonly (readonly Cell[])[]): (readonly Cell[])[] {
  const known = new Set(others.map(rowKey));
  return rows.filter((row) => !known.has(rowKey(row)));
}

function rowKey(row: readonly Cell[]): string {
  return row.map((cell) => (cell === undefined ? '' : valueKey(cell))).join('\u0000');
}
