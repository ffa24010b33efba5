import type { BatchReader, ByteSource, DecodeOptions, DecodePosition } from '../../telemetry/decoder.ts';
import { openBatches } from '../../telemetry/open-batches.ts';
import type { HistoryCursor } from '../../telemetry/document-history.ts';
import type { RecordBatch } from '../../telemetry/record-batch.ts';
import type { SeamIds, SeamPosition } from '../backfill/seam-position.ts';
import type { SourceHole } from '../coverage/coverage-hole.ts';
import { HEAD_BYTES, placeHead, type PlaceHead } from './place-head.ts';

/** How far one place has been read; part of the state. */
export interface PlacePosition {
  readonly place: string;
  readonly position: DecodePosition;
  /** SHA-256 of the first `headLength` bytes. */
  readonly head: string;
  readonly headLength: number;
  /** Where the source is followed: files are told apart by this, as they change their names. */
  readonly file?: FilePosition;
  /** The place is a partition of a log of messages. */
  readonly partition?: PartitionPosition;
  /** The place is a history of documents; `position.offset` counts those that have been read. */
  readonly history?: HistoryPosition;
  /** How far the source has come from history to the live stream. */
  readonly seam?: SeamPosition;
  /** Records of history that the live stream may give again. */
  readonly seamIds?: SeamIds;
}

/** Which history a position belongs to, and what to go on behind; no cursor: it has given nothing yet. */
export interface HistoryPosition {
  readonly source: string;
  readonly cursor: HistoryCursor | undefined;
}

/** Which partition a position belongs to; `position.offset` is the offset of the message to go on with. */
export interface PartitionPosition {
  readonly source: string;
  readonly topic: string;
  /** `NO_PARTITION`: the topic was not there yet. */
  readonly partition: number;
  readonly cluster: string;
  /** At the opening of the log: offset behind the last message that was there. */
  readonly end?: number;
  /** Parts of the message at the offset that have been given out. */
  readonly within: number;
  /** Where reading has to begin again, for what later messages refer to; absent: at the offset. */
  readonly replayFrom?: number;
}

/** Which file of a followed source a position belongs to. */
export interface FilePosition {
  /** Names the position in the state. */
  readonly id: string;
  readonly source: string;
  /** Device and inode, as long as they are known. */
  readonly identity: string | undefined;
  /** Last change of the file when it was read, ms. */
  readonly modifiedMs: number;
  /** Nothing of it is needed any more. */
  readonly forgotten?: true;
}

/**
 * Under which a position is kept: one per place, where the source is followed one per file, whatever its name, and one per
 * partition and source, as two sources may name one topic.
 */
export function positionKey({ place, file, partition, history, seam, seamIds }: PlacePosition): string {
  if (seam !== undefined) return `seam\n${seam.source}`;
  if (seamIds !== undefined) return `seam ids\n${seamIds.source}\n${seamIds.number}`;
  if (history !== undefined) return `history\n${history.source}`;
  return file?.id ?? (partition === undefined ? place : `${partition.source}\n${place}`);
}

/** Nothing of it is needed any more, neither in the state nor beside it. */
export function isForgotten({ file, seamIds }: PlacePosition): boolean {
  return file?.forgotten === true || seamIds?.forgotten === true;
}

/** A batch and where its place stands once it has been processed. */
export interface ReadBatch {
  readonly batch: RecordBatch;
  readonly position: PlacePosition;
  /** Other positions of the source that changed without a batch of their own. */
  readonly also?: readonly PlacePosition[];
  /** Records that history gave already. */
  readonly duplicates?: number;
  /** What of the place before the batch is missing, as far as it became known with it. */
  readonly holes?: readonly SourceHole[];
  /** Of a partition: where its log ended when the batch was fetched, where that is known. */
  readonly end?: number | undefined;
}

/** Gives the batches of one source of a scope. */
export interface BatchSupply {
  readonly name: string;
  /** The next batch, `undefined` at the end; the batch is valid until the next is asked for. Throws `SourceError`. */
  next(): Promise<ReadBatch | undefined>;
  /** These positions, of this or other sources, have been committed. */
  committed?(positions: readonly PlacePosition[]): void;
  /** Stops reading, without waiting for input; what was delivered stays. */
  close(): Promise<void>;
}

/** What a source turned out to be; told once per place. */
export interface PlaceNotice {
  readonly place: string;
  readonly format: string;
  readonly resumed: boolean;
  /** The place was known, but its beginning differs: it is read as a new one. */
  readonly replaced: boolean;
}

/**
 * One source of a scope: its places (files) read one after the other, in batches cut by position only.
 * `next` may be called again after the end, which then stays the end.
 */
export class SourceReader implements BatchSupply {
  readonly name: string;
  readonly #places: readonly ByteSource[];
  readonly #options: Omit<DecodeOptions, 'from'>;
  readonly #known: readonly PlacePosition[];
  readonly #onNotice: (notice: PlaceNotice) => void;
  #index = 0;
  #waiting = false;
  #notice: Omit<PlaceNotice, 'format'> | undefined;
  #reader: BatchReader | undefined;
  #batches: AsyncIterator<RecordBatch> | undefined;
  #head: PlaceHead = { head: '', headLength: 0 };
  #file: FilePosition | undefined;

  constructor(
    name: string,
    places: readonly ByteSource[],
    options: Omit<DecodeOptions, 'from'>,
    known: readonly PlacePosition[],
    onNotice: (notice: PlaceNotice) => void,
  ) {
    this.name = name;
    this.#places = places;
    this.#options = options;
    this.#known = known;
    this.#onNotice = onNotice;
  }

  async next(): Promise<ReadBatch | undefined> {
    for (;;) {
      if (this.#batches === undefined) {
        const place = this.#places[this.#index];
        if (place === undefined) return undefined;
        await this.#open(place);
      }
      this.#waiting = true;
      const next = await (this.#batches as AsyncIterator<RecordBatch>).next();
      this.#waiting = false;
      this.#tell();
      if (next.done !== true) return { batch: next.value, position: this.#position() };
      this.#batches = undefined;
      this.#reader = undefined;
      this.#index++;
    }
  }

  async close(): Promise<void> {
    const returned = this.#batches?.return?.();
    // Input that is being waited for ends when whoever gives it does.
    if (!this.#waiting) await returned;
    this.#batches = undefined;
    this.#index = this.#places.length;
  }

  async #open(place: ByteSource): Promise<void> {
    const isStream = place.place === '-';
    const before = isStream
      ? []
      : this.#known.filter((known) => known.place === place.place && known.partition === undefined);
    const known = isStream ? undefined : await this.#findKnown(place);
    this.#head = isStream ? { head: '', headLength: 0 } : await headOf(place, HEAD_BYTES);
    this.#file = known?.file;
    this.#reader = await openBatches(place, {
      ...this.#options,
      ...(known === undefined ? {} : { from: known.position }),
    });
    this.#batches = this.#reader.batches()[Symbol.asyncIterator]();
    this.#notice = {
      place: place.place,
      resumed: known !== undefined,
      replaced: known === undefined && before.length > 0,
    };
  }

  /** How far this very file has been read: by its place, or where it was followed, by what it begins with. */
  async #findKnown(place: ByteSource): Promise<PlacePosition | undefined> {
    let furthest: PlacePosition | undefined;
    for (const known of this.#known) {
      if (known.partition !== undefined) continue;
      if (known.place !== place.place && known.file?.source !== this.name) continue;
      if (furthest !== undefined && known.position.offset <= furthest.position.offset) continue;
      if (await sameHead(place, known)) furthest = known;
    }
    return furthest;
  }

  /** Told with the first batch: only then it is known what the place holds. */
  #tell(): void {
    if (this.#notice === undefined || this.#reader === undefined) return;
    this.#onNotice({ ...this.#notice, format: this.#reader.format });
    this.#notice = undefined;
  }

  #position(): PlacePosition {
    const place = this.#places[this.#index] as ByteSource;
    const { position } = this.#reader as BatchReader;
    const file = this.#file === undefined ? {} : { file: this.#file };
    return { place: place.place, position, ...this.#head, ...file };
  }
}

/** Whether the place still begins as it did and has not become shorter than what was read of it. */
async function sameHead(place: ByteSource, known: PlacePosition): Promise<boolean> {
  const { head, headLength } = await headOf(place, known.headLength);
  return headLength === known.headLength && head === known.head;
}

async function headOf(place: ByteSource, limit: number): Promise<PlaceHead> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const { bytes } of place.open(0)) {
    parts.push(bytes);
    length += bytes.length;
    if (length >= limit) break;
  }
  return placeHead(Buffer.concat(parts).subarray(0, limit));
}
