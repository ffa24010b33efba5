import type { RecordBatch } from '../../telemetry/record-batch.ts';
import type { BatchSupply, ReadBatch } from '../input/source-reader.ts';
import type { Seam } from './seam.ts';

/** The history of a source that goes on live: read to its end, while the seam remembers what it gave last. */
export class BackfillReader implements BatchSupply {
  readonly name: string;
  readonly #seam: Seam;
  readonly #open: (fromMs: number) => Promise<BatchSupply>;
  readonly #blank: () => RecordBatch;
  #history: BatchSupply | undefined;
  #closed = false;

  constructor(
    name: string,
    seam: Seam,
    options: { readonly open: (fromMs: number) => Promise<BatchSupply>; readonly blank: () => RecordBatch },
  ) {
    this.name = name;
    this.#seam = seam;
    this.#open = options.open;
    this.#blank = options.blank;
  }

  async next(): Promise<ReadBatch | undefined> {
    if (this.#seam.isLive || this.#closed) return undefined;
    this.#history ??= await this.#open(this.#seam.fromMs);
    const read = await this.#history.next();
    if (read !== undefined) return { ...read, also: [...(read.also ?? []), ...this.#seam.history(read.batch)] };
    // A reader that was closed has not come to its end.
    return this.#closed ? undefined : { batch: this.#blank(), position: this.#seam.endHistory() };
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#history?.close();
  }
}
