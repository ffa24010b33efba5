import { SourceError } from '../../errors/windhover-error.ts';
import type { BatchReader, ByteChunk, ByteSource, DecodePosition } from '../../telemetry/decoder.ts';
import type { LiveFile } from '../../telemetry/live-places.ts';
import type { RecordBatch } from '../../telemetry/record-batch.ts';
import { HEAD_BYTES, isTelling, placeHead, type PlaceHead } from './place-head.ts';
import type { PlacePosition } from './source-reader.ts';

/**
 * What one file of a followed source has given so far: a log under whatever name it has by now. It is told apart by its
 * identity in the file system and by what it begins with, so that a renamed, copied or compressed log is the same one.
 */
export class FollowedFile {
  readonly id: string;
  readonly source: string;
  place: string;
  /** Device and inode of the file that it is read from; undefined once that file turned out to hold something else. */
  identity: string | undefined;
  /** As the last look found it; undefined where it is nowhere to be found. */
  file: LiveFile | undefined;
  position: DecodePosition;
  head: PlaceHead;
  /** Last change of the log's own file, ms. */
  modifiedMs: number;
  /** There may be something to read. */
  pending = true;
  /** Size and time of the file when all of it had been read. */
  drained: { readonly size: number; readonly modifiedMs: number } | undefined;
  /** Wall time at which the file was last seen to have changed, or to have moved, ms. */
  changedAt = -Infinity;
  /** It was told what the file holds. */
  told = false;
  readonly resumed: boolean;
  reading: FileReading | undefined;

  constructor(source: string, id: string, place: string, known?: PlacePosition) {
    this.source = source;
    this.id = id;
    this.place = place;
    this.identity = known?.file?.identity;
    this.position = known?.position ?? { offset: 0, records: 0 };
    this.head = known ?? placeHead(new Uint8Array());
    this.modifiedMs = known?.file?.modifiedMs ?? -Infinity;
    this.resumed = (known?.position.offset ?? 0) > 0;
  }

  /** The look found it here. `now`: wall time, ms. */
  attach(file: LiveFile, now: number): void {
    const before = this.file;
    const moved = file.rotated && before?.rotated !== true;
    if (moved || before?.size !== file.size || before.modifiedMs !== file.modifiedMs) this.changedAt = now;
    if (this.reading !== undefined) this.reading.bytes.end = file.size;
    this.file = file;
    // The time of a copy says when it was copied or compressed, not when the log was written.
    if (this.identity === file.identity || this.modifiedMs === -Infinity) this.modifiedMs = file.modifiedMs;
    this.identity = file.identity;
    this.place = file.place;
    if (this.drained?.size !== file.size || this.drained.modifiedMs !== file.modifiedMs) this.pending = true;
  }

  /** The file that it was read from is gone; what is open can still be read. */
  lose(now: number): void {
    this.file = undefined;
    this.changedAt = now;
    // Nobody can write it anew: it has no name any more.
    if (this.reading !== undefined) this.reading.bytes.end = Infinity;
    this.drained = undefined;
    this.pending = this.reading !== undefined;
  }

  async stopReading(): Promise<void> {
    const { reading } = this;
    this.reading = undefined;
    await reading?.batches.return?.();
  }

  toPosition(forgotten = false): PlacePosition {
    const { place, position, head, id, source, identity, modifiedMs } = this;
    const file = { id, source, identity, modifiedMs, ...(forgotten ? { forgotten } : {}) };
    return { place, position, head: head.head, headLength: head.headLength, file };
  }
}

/** An open file and its decoder. */
export interface FileReading {
  readonly bytes: ReadBytes;
  readonly reader: BatchReader;
  readonly batches: AsyncIterator<RecordBatch, void, undefined>;
}

/** The bytes of a file on their way to the decoder: notes what the file begins with, and where it pauses. */
export class ReadBytes implements ByteSource {
  readonly source: string;
  readonly place: string;
  readonly file: LiveFile;
  readonly #whole: boolean;
  #head: Uint8Array = new Uint8Array();
  /** All that was there has been given. */
  atPause = false;
  /** The file will not grow any more: at the next pause it ends, and half a line at its end is one. */
  ending = false;
  /** It is being found out what the file holds: whoever asks again at once would ask for ever. */
  starting = true;
  /** Size of the file at the last look: no more is read before the next one. */
  end: number;

  /** `whole`: read to its end and no further. */
  constructor(file: LiveFile, whole: boolean) {
    this.file = file;
    this.source = file.source;
    this.place = file.place;
    this.#whole = whole;
    this.end = file.size;
  }

  get head(): PlaceHead {
    return placeHead(this.#head);
  }

  get isTelling(): boolean {
    return isTelling(this.#head);
  }

  async *open(offset: number): AsyncGenerator<ByteChunk, void, undefined> {
    const bytes = this.#whole ? this.file.whole().open(offset) : this.file.open(offset, () => this.end);
    for await (const chunk of bytes) {
      if (this.starting && this.atPause && chunk.pause === true) {
        throw new SourceError('source-replaced', `${this.place} has become shorter while it was opened`, {
          hint: 'It is looked at again in a moment.',
          retriable: true,
        });
      }
      this.atPause = chunk.pause === true;
      if (this.atPause && this.ending) return;
      if (chunk.offset === this.#head.length && chunk.offset < HEAD_BYTES) {
        this.#head = Buffer.concat([this.#head, chunk.bytes.subarray(0, HEAD_BYTES - chunk.offset)]);
      }
      yield chunk;
    }
  }
}
