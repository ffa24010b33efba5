import type { HuntDataflow } from '../../dataflow/hunt-dataflow.ts';
import type { ListingRows } from '../../dataflow/listing-rows.ts';
import type { CompiledHunt } from '../compile-hunt.ts';
import type { RunObserver } from './run-observer.ts';

/** Tells the variables and tables of each hunt after every record of its own sources (`--snapshots`). */
export class SnapshotTeller {
  readonly #hunts: readonly { readonly hunt: CompiledHunt; readonly dataflow: HuntDataflow }[];
  readonly #listings: ListingRows;
  readonly #resolveSource: (uri: string) => string;
  readonly #observer: RunObserver;
  readonly #records = new Map<HuntDataflow, number>();

  constructor(
    hunts: readonly { readonly hunt: CompiledHunt; readonly dataflow: HuntDataflow }[],
    listings: ListingRows,
    options: { readonly resolveSource: (uri: string) => string; readonly observer: RunObserver },
  ) {
    this.#hunts = hunts;
    this.#listings = listings;
    this.#resolveSource = options.resolveSource;
    this.#observer = options.observer;
  }

  /** After the epoch of one record of `source`. */
  async tell(source: string): Promise<void> {
    for (const { hunt, dataflow } of this.#hunts) {
      if (!dataflow.plan.sources.some((uri) => this.#resolveSource(uri) === source)) continue;
      const record = (this.#records.get(dataflow) ?? 0) + 1;
      this.#records.set(dataflow, record);
      const tables = [];
      for (const display of dataflow.plan.displays) {
        if (display.kind !== 'table') continue;
        tables.push(await this.#listings.display(dataflow, display.listing, display.limit, display.offset));
      }
      this.#observer.snapshot({
        hunt: hunt.id,
        file: hunt.file,
        record,
        variables: Object.fromEntries(
          dataflow.plan.variables.map(({ name, listing }) => [name, dataflow.at(listing.node).members.size]),
        ),
        tables,
      });
    }
  }
}
