/** A cell of a table file; null where it is empty. Lists hold texts (tags, protocols). */
export type LoadedCell = string | number | boolean | null | readonly string[];

/** What stands in a file that LOAD names. Reading it is the caller's: the front end does no I/O. */
export interface LoadedTable {
  readonly kind: 'table';
  /** As the file writes them; empty for a list of texts. A column `type` gives the entity type. */
  readonly columns: readonly string[];
  /** As many cells as columns; a list of texts has rows of one cell. */
  readonly rows: readonly (readonly LoadedCell[])[];
  /** Line of the file where each row begins, counted from 1. */
  readonly lines: readonly number[];
}

/** Why a file could not be read, in words for the hunter. */
export interface LoadFailure {
  readonly kind: 'failure';
  readonly problem: string;
  readonly hint: string;
}

/** From the path in a LOAD, as written, to what was read there. */
export type LoadedTables = ReadonlyMap<string, LoadedTable | LoadFailure>;
