import { createHash } from 'node:crypto';
import type { HuntDataflow } from '../../dataflow/hunt-dataflow.ts';
import type { ListingRows, ListingTable } from '../../dataflow/listing-rows.ts';
import { WindhoverError } from '../../errors/windhover-error.ts';
import { valueKey } from '../../graph/value.ts';
import type { PlannedSave } from '../../plan/hunt-plan.ts';
import type { CompiledHunt } from '../compile-hunt.ts';

/** Where SAVE writes to. Contract: the table replaces what was there at once, or the call throws a `WindhoverError`. */
export interface SaveSink {
  write(path: string, table: ListingTable & { readonly type: string }): Promise<void>;
}

/** What a run does about SAVE. */
export interface SaveOptions {
  readonly sink: SaveSink;
  /**
   * Null: files are written when the input has been read to its end, and not else. A number: also while the run goes
   * on, at commits, at most once in this many ms of wall time, and whenever the run ends.
   */
  readonly everyMs: number | null;
  /** A file could not be written. Told once, until it works again or fails for another reason. */
  readonly failed: (hunt: CompiledHunt, save: PlannedSave, error: WindhoverError) => void;
}

/** How a SAVE came out. */
export interface SaveResult {
  readonly save: PlannedSave;
  /** Rows in the file; undefined where it was not written, because the input was not read to its end. */
  readonly rows?: number;
  /** Why the last attempt failed. */
  readonly failure?: WindhoverError;
}

/**
 * The SAVE statements of one hunt. Each write holds the variable as it stands between two epochs. A file that cannot be
 * written is told once and tried again at the next turn; it stops neither the hunt nor its other files.
 */
export class HuntSaves {
  readonly #hunt: CompiledHunt;
  readonly #dataflow: HuntDataflow;
  readonly #listings: ListingRows;
  readonly #options: SaveOptions;
  readonly #results = new Map<PlannedSave, SaveResult>();
  readonly #written = new Map<PlannedSave, string>();

  constructor(hunt: CompiledHunt, dataflow: HuntDataflow, listings: ListingRows, options: SaveOptions) {
    this.#hunt = hunt;
    this.#dataflow = dataflow;
    this.#listings = listings;
    this.#options = options;
  }

  get results(): readonly SaveResult[] {
    return this.#hunt.plan.saves.map((save) => this.#results.get(save) ?? { save });
  }

  /** Writes what has changed since the last time. */
  async write(): Promise<void> {
    for (const save of this.#hunt.plan.saves) {
      const table = await this.#listings.all(this.#dataflow, save.listing);
      const content = contentKey(table);
      if (this.#written.get(save) === content) continue;
      try {
        await this.#options.sink.write(save.path, { ...table, type: save.listing.type });
        this.#written.set(save, content);
        this.#results.set(save, { save, rows: table.rows.length });
      } catch (error) {
        if (!(error instanceof WindhoverError)) throw error;
        const before = this.#results.get(save);
        this.#written.delete(save);
        this.#results.set(save, { ...before, save, failure: error });
        if (before?.failure?.code !== error.code) this.#options.failed(this.#hunt, save, error);
      }
    }
  }
}

/** Equal keys mean equal tables. */
function contentKey({ columns, rows }: ListingTable): string {
  const hash = createHash('sha256').update(JSON.stringify(columns));
  for (const row of rows) hash.update(JSON.stringify(row.map((cell) => (cell === undefined ? null : valueKey(cell)))));
  return hash.digest('base64');
}
