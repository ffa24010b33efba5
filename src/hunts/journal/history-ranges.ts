import type { DecodeOptions } from '../../telemetry/decoder.ts';
import type { RecordBatch } from '../../telemetry/record-batch.ts';
import { HistoryReader } from '../input/history-reader.ts';
import type { ScopeHistory } from '../run/scope-run-options.ts';
import type { JournalRead } from './journal-step.ts';
import { rangeDiffers, type RangeReader } from './range-reader.ts';

export interface HistoryRangesOptions {
  readonly source: string;
  /** With the windows of the run: batches of history are cut by what is in them. */
  readonly decode: Omit<DecodeOptions, 'from'>;
  readonly open: () => Promise<ScopeHistory>;
}

/** Ranges of a history of documents: they were read in one go, and are again. */
export class HistoryRanges implements RangeReader {
  readonly #options: HistoryRangesOptions;
  #reader: HistoryReader | undefined;
  #documents = -1;

  constructor(options: HistoryRangesOptions) {
    this.#options = options;
  }

  async read(range: JournalRead): Promise<RecordBatch> {
    const { from, to } = range;
    while (this.#reader === undefined || this.#documents < to.offset) {
      if (this.#reader === undefined || this.#documents > from.offset) await this.#start(range);
      const read = await this.#reader?.next();
      if (read === undefined) break;
      const { position, batch } = read;
      this.#documents = position.position.offset;
      if (this.#documents === to.offset && batch.size === range.size) return batch;
    }
    throw rangeDiffers(range, `there are not the ${range.size} records that there were`);
  }

  async close(): Promise<void> {
    await this.#reader?.close();
    this.#reader = undefined;
  }

  async #start({ place, from, to }: JournalRead): Promise<void> {
    await this.close();
    const { source, decode, open } = this.#options;
    const { offset, records, cursor } = from;
    const known = {
      place: place.place,
      position: { offset, records },
      head: '',
      headLength: 0,
      history: { source, cursor },
    };
    this.#documents = offset;
    this.#reader = new HistoryReader({
      name: source,
      ...(await open()),
      decode,
      known: [known],
      // What was left out then is left out again, and nothing else.
      without: to.cursor?.without ?? [],
      onPlace: () => {},
      onNotice: () => {},
    });
  }
}
