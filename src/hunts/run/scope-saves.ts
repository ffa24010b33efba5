import type { HuntDataflow } from '../../dataflow/hunt-dataflow.ts';
import type { ListingRows } from '../../dataflow/listing-rows.ts';
import type { CompiledHunt } from '../compile-hunt.ts';
import { HuntSaves, type SaveOptions, type SaveResult } from './hunt-saves.ts';

/** The SAVE statements of the hunts of one scope. Without options they write nothing. */
export class ScopeSaves {
  readonly #saves: ReadonlyMap<CompiledHunt, HuntSaves>;

  constructor(
    hunts: readonly { readonly hunt: CompiledHunt; readonly dataflow: HuntDataflow }[],
    listings: ListingRows,
    options: SaveOptions | undefined,
  ) {
    this.#saves = new Map(
      options === undefined
        ? []
        : hunts.map(({ hunt, dataflow }) => [hunt, new HuntSaves(hunt, dataflow, listings, options)]),
    );
  }

  resultsOf(hunt: CompiledHunt): readonly SaveResult[] {
    return this.#saves.get(hunt)?.results ?? [];
  }

  /** Writes what has changed, but for hunts that failed: what they hold is no answer. True where a file could not be written. */
  async write(failedHunts: ReadonlySet<string>): Promise<boolean> {
    for (const [{ id }, saves] of this.#saves) if (!failedHunts.has(id)) await saves.write();
    return [...this.#saves.values()].some(({ results }) => results.some(({ failure }) => failure !== undefined));
  }
}
