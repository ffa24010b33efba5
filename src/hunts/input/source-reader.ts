import type { BatchReader, ByteSource, DecodeOptions, DecodePosition } from '../../telemetry/decoder.ts';
import { openBatches } from '../../telemetry/open-batches.ts';
import type { HistoryCursor } from '../../telemetry/document-history.ts';
import { InputTally } from '../../telemetry/input-tally.ts';
import type { RecordBatch } from '../../telemetry/record-batch.ts';
import type { SeamIds, SeamPosition } from '../backfill/seam-position.ts';
import type { SourceHole } from '../coverage/coverage-hole.ts';
import type { SourceNotice } from './source-notice.ts';
import type { AheadBudget } from './ahead-budget.ts';
import { noTelemetry } from './no-telemetry.ts';
import { HEAD_BYTES, placeHead, type PlaceHead } from './place-head.ts';
import { ReadAhead } from './read-ahead.ts';

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
  /** What the next call of `next` will need may be read from now on. */
  prepare?(): void;
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

export interface SourceReaderOptions {
  readonly name: string;
  readonly places: readonly ByteSource[];
  readonly decode: Omit<DecodeOptions, 'from'>;
  readonly known: readonly PlacePosition[];
  readonly onPlace: (notice: PlaceNotice) => void;
  /** A place breaks off, or is no telemetry: told when what came before has been given. */
  readonly onNotice?: (notice: SourceNotice) => void;
  /** All places of the source, if `places` are but some of them. */
  readonly among?: readonly string[];
  /** Default: nothing is read before it is wanted. */
  readonly ahead?: AheadBudget | undefined;
}

/** A place that is being read, or will be next. */
interface OpenedPlace {
  readonly bytes: ReadAhead;
  readonly found: Promise<FoundPlace>;
}

interface FoundPlace {
  readonly head: PlaceHead;
  /** How far this very file has been read. */
  readonly known: PlacePosition | undefined;
}

/**
 * One source of a scope: its places (files) read one after the other, in batches cut by position only. Bytes are read while
 * the last batch is worked on, and a place is opened when all bytes of the one before are there.
 * `next` may be called again after the end, which then stays the end.
 */
export class SourceReader implements BatchSupply {
  readonly name: string;
  readonly #options: SourceReaderOptions;
  readonly #places: readonly ByteSource[];
  #index = 0;
  #waiting = false;
  #closed = false;
  #notice: Omit<PlaceNotice, 'format'> | undefined;
  #reader: BatchReader | undefined;
  #batches: AsyncIterator<RecordBatch> | undefined;
  #bytes: ReadAhead | undefined;
  /** The place behind the present one. */
  #opened: OpenedPlace | undefined;
  /** What was read of the present place. */
  #tally = new InputTally();
  #found: FoundPlace = { head: { head: '', headLength: 0 }, known: undefined };

  constructor(options: SourceReaderOptions) {
    this.name = options.name;
    this.#options = options;
    this.#places = options.places;
  }

  async next(): Promise<ReadBatch | undefined> {
    for (;;) {
      if (this.#batches === undefined) {
        const place = this.#places[this.#index];
        if (place === undefined) return undefined;
        await this.#begin(place);
        if (this.#closed) return undefined;
      }
      this.#waiting = true;
      const next = await (this.#batches as unknown as AsyncIterator<RecordBatch>).next();
      this.#waiting = false;
      if (this.#closed) return undefined;
      this.#tell();
      if (this.#bytes?.isEnded === true) this.#prepare(this.#index + 1);
      if (next.done !== true) {
        this.#tally.add(next.value);
        return { batch: next.value, position: this.#position() };
      }
      this.#tellEnd();
      await this.#bytes?.close();
      this.#batches = undefined;
      this.#reader = undefined;
      this.#bytes = undefined;
      this.#index++;
    }
  }

  /** Begins to read the first place. */
  prepare(): void {
    if (this.#bytes === undefined) this.#prepare(this.#index);
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#index = this.#places.length;
    const returned = this.#batches?.return?.();
    const closed = Promise.all([returned, this.#bytes?.close(), this.#opened?.bytes.close()]);
    // Input that is being waited for ends when whoever gives it does.
    if (this.#waiting) closed.catch(() => {});
    else await closed;
    this.#batches = undefined;
    this.#opened = undefined;
  }

  /** What is wrong with the place is met when its turn comes. */
  #prepare(index: number): void {
    const place = this.#places[index];
    // Standard input is read as it comes.
    if (this.#opened !== undefined || place === undefined || isStream(place)) return;
    this.#opened = this.#open(place);
    this.#opened.found.catch(() => {});
  }

  #open(place: ByteSource): OpenedPlace {
    const bytes = new ReadAhead(place, isStream(place) ? undefined : this.#options.ahead);
    return { bytes, found: this.#find(bytes) };
  }

  async #begin(place: ByteSource): Promise<void> {
    const { bytes, found } = this.#opened ?? this.#open(place);
    this.#opened = undefined;
    this.#bytes = bytes;
    this.#tally = new InputTally();
    const { known: all, decode } = this.#options;
    this.#found = await found;
    const { known } = this.#found;
    this.#reader = await openBatches(bytes, { ...decode, ...(known === undefined ? {} : { from: known.position }) });
    this.#batches = this.#reader.batches()[Symbol.asyncIterator]();
    const before = all.some((each) => each.place === place.place && each.partition === undefined);
    this.#notice = {
      place: place.place,
      resumed: known !== undefined,
      replaced: known === undefined && before && !isStream(place),
    };
  }

  /** How far this very file has been read: by its place, or where it was followed, by what it begins with. */
  async #find(bytes: ReadAhead): Promise<FoundPlace> {
    if (isStream(bytes)) return { head: { head: '', headLength: 0 }, known: undefined };
    const head = await bytes.head(HEAD_BYTES);
    let furthest: PlacePosition | undefined;
    for (const known of this.#options.known) {
      if (known.partition !== undefined) continue;
      if (known.place !== bytes.place && known.file?.source !== this.name) continue;
      if (furthest !== undefined && known.position.offset <= furthest.position.offset) continue;
      if (isSame(head, known)) furthest = known;
    }
    return { head: placeHead(head), known: furthest };
  }

  /** Told with the first batch: only then it is known what the place holds. */
  #tell(): void {
    if (this.#notice === undefined || this.#reader === undefined) return;
    this.#options.onPlace({ ...this.#notice, format: this.#reader.format });
    this.#notice = undefined;
  }

  /** What is wrong with the place that has been read. */
  #tellEnd(): void {
    const { place, brokenOff } = this.#bytes as ReadAhead;
    const error = brokenOff ?? this.#reader?.damage;
    if (error !== undefined) {
      const message = error.message.slice(`${place} `.length);
      this.#options.onNotice?.({ place, code: error.code, message: `${message}. ${error.hint}` });
      return;
    }
    const { undecodable, inputs } = this.#tally;
    const among = this.#options.among ?? this.#places.map((each) => each.place);
    if (undecodable === 0 || undecodable < inputs || among.length < 2 || this.#found.known !== undefined) return;
    if (this.#reader?.format === 'unknown') this.#options.onNotice?.(noTelemetry(place, undecodable, among));
  }

  #position(): PlacePosition {
    const place = this.#places[this.#index] as ByteSource;
    const { position } = this.#reader as BatchReader;
    const { head, known } = this.#found;
    const file = known?.file === undefined ? {} : { file: known.file };
    return { place: place.place, position, ...head, ...file };
  }
}

function isStream({ place }: ByteSource): boolean {
  return place === '-';
}

/** Whether a place still begins as it did and has not become shorter than what was read of it. */
function isSame(bytes: Uint8Array, { head, headLength }: PlacePosition): boolean {
  const now = placeHead(bytes.subarray(0, headLength));
  return now.headLength === headLength && now.head === head;
}
