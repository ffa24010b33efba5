import type { BatchReader, ByteChunk, ByteSource, DecodeOptions } from '../../telemetry/decoder.ts';
import { openBatches } from '../../telemetry/open-batches.ts';
import type { RecordBatch } from '../../telemetry/record-batch.ts';
import { placeHead } from '../input/place-head.ts';
import type { JournalMark, JournalPlace, JournalRead } from './journal-step.ts';
import { rangeDiffers, rangeGone, type RangeReader } from './range-reader.ts';

/** Files kept open at a time. */
const MAX_OPEN = 32;

export interface FileRangesOptions {
  readonly decode: Omit<DecodeOptions, 'from'>;
  /** Files that may be what was read, by whatever name they have now; the most likely ones first. */
  readonly find: (place: JournalPlace) => Promise<readonly ByteSource[]>;
}

/**
 * How a batch came to its end: reading went on behind the last one; no more bytes were there; the file had ended, with half a
 * line perhaps; or the batch was full, in the middle of a block of a trace.
 */
type Way = 'on' | 'pause' | 'end' | 'full';

interface OpenFile {
  readonly bytes: BoundedBytes;
  readonly reader: BatchReader;
  readonly batches: AsyncIterator<RecordBatch, void, undefined>;
}

/** Ranges of files. A file is found by what it begins with, as rotation gives it another name. */
export class FileRanges implements RangeReader {
  readonly #options: FileRangesOptions;
  /** By the key of their place; the one used last is the last. */
  readonly #open = new Map<string, OpenFile>();
  readonly #found = new Map<string, ByteSource>();

  constructor(options: FileRangesOptions) {
    this.#options = options;
  }

  async read(range: JournalRead): Promise<RecordBatch> {
    const file = await this.#find(range);
    for (const way of ['on', 'pause', 'end', 'full'] as const) {
      const batch = await this.#attempt(range, file, way);
      if (batch !== undefined) return batch;
      await this.#forget(range.key);
    }
    const length = await lengthOf(file, range.to.offset);
    if (length < range.to.offset) throw rangeGone(range, `the file has ${length} bytes by now`);
    throw rangeDiffers(range, `there are not the ${range.size} records that there were`);
  }

  async close(): Promise<void> {
    for (const key of [...this.#open.keys()]) await this.#forget(key);
  }

  async #attempt(range: JournalRead, file: ByteSource, way: Way): Promise<RecordBatch | undefined> {
    const open = way === 'on' ? this.#reopen(range) : await this.#start(range, file, way);
    if (open === undefined) return undefined;
    for (;;) {
      const next = await open.batches.next();
      if (next.done === true) return undefined;
      const { position } = open.reader;
      if (next.value.size === range.size && isAt(position, range.to)) return next.value;
      // At a pause before the records nothing has come yet.
      if (next.value.size > 0 || open.bytes.pauses > 1) return undefined;
    }
  }

  /** The file that is open and stands at the beginning of the range. */
  #reopen({ key, from, to, place }: JournalRead): OpenFile | undefined {
    const known = this.#open.get(key);
    if (known === undefined || !isAt(known.reader.position, from) || known.bytes.place !== place.place)
      return undefined;
    this.#open.delete(key);
    this.#open.set(key, known);
    known.bytes.allow(to.offset);
    return known;
  }

  async #start({ key, from, to, place }: JournalRead, file: ByteSource, way: Way): Promise<OpenFile> {
    const bytes = new BoundedBytes(file, place.place, way);
    bytes.allow(way === 'full' ? Infinity : to.offset);
    const { offset, records } = from;
    const reader = await openBatches(bytes, {
      ...this.#options.decode,
      ...(offset === 0 && records === 0 ? {} : { from: { offset, records } }),
    });
    bytes.starting = false;
    bytes.pauses = 0;
    const open = { bytes, reader, batches: reader.batches()[Symbol.asyncIterator]() };
    this.#open.set(key, open);
    const [oldest] = this.#open.keys();
    if (this.#open.size > MAX_OPEN && oldest !== undefined) await this.#forget(oldest);
    return open;
  }

  async #find(range: JournalRead): Promise<ByteSource> {
    const { key, place } = range;
    const known = this.#found.get(key);
    if (known !== undefined) return known;
    const candidates = await this.#options.find(place);
    for (const candidate of candidates) {
      const { head, headLength } = place.head;
      const bytes = await beginning(candidate, headLength);
      if (bytes?.length !== headLength || placeHead(bytes).head !== head) continue;
      this.#found.set(key, candidate);
      return candidate;
    }
    throw rangeGone(
      range,
      candidates.length === 0 ? 'no file of the source is there' : 'no file of the source begins as it did',
    );
  }

  async #forget(key: string): Promise<void> {
    const open = this.#open.get(key);
    this.#open.delete(key);
    await open?.batches.return?.();
  }
}

function isAt({ offset, records }: JournalMark, mark: JournalMark): boolean {
  return offset === mark.offset && records === mark.records;
}

/** The bytes of a file up to a limit, at which they pause as those of a live source do; the limit may be moved on. */
class BoundedBytes implements ByteSource {
  readonly source: string;
  readonly place: string;
  readonly #file: ByteSource;
  readonly #way: Way;
  #limit = 0;
  /** It is being found out what the file holds: whoever asks again at a pause would ask for ever. */
  starting = true;
  /** Since the limit was set. */
  pauses = 0;

  /** `place`: as the file was named when it was read. */
  constructor(file: ByteSource, place: string, way: Way) {
    this.source = file.source;
    this.place = place;
    this.#file = file;
    this.#way = way;
  }

  allow(limit: number): void {
    this.#limit = Math.max(this.#limit, limit);
    this.pauses = 0;
  }

  async *open(offset: number): AsyncGenerator<ByteChunk, void, undefined> {
    let at = offset;
    for await (const chunk of this.#file.open(offset)) {
      for (let rest = chunk.bytes; rest.length > 0;) {
        if (at >= this.#limit) {
          if (this.#way === 'end' || (this.starting && this.pauses > 0)) return;
          yield this.#pause(at);
          continue;
        }
        const bytes = rest.subarray(0, Math.min(rest.length, this.#limit - at));
        yield { bytes, offset: at };
        at += bytes.length;
        rest = rest.subarray(bytes.length);
      }
    }
    // The batch of a range ends with it, as it did when the file went no further.
    while (this.#way !== 'end' && !(this.starting && this.pauses > 0)) yield this.#pause(at);
  }

  #pause(offset: number): ByteChunk {
    this.pauses++;
    return { bytes: new Uint8Array(), offset, pause: true };
  }
}

async function beginning(file: ByteSource, length: number): Promise<Uint8Array | undefined> {
  const parts: Uint8Array[] = [];
  let size = 0;
  if (length === 0) return new Uint8Array();
  for await (const { bytes } of file.open(0)) {
    parts.push(bytes);
    size += bytes.length;
    if (size >= length) break;
  }
  return Buffer.concat(parts).subarray(0, length);
}

/** Bytes of a file, at most `limit`. */
async function lengthOf(file: ByteSource, limit: number): Promise<number> {
  let size = 0;
  for await (const { bytes } of file.open(0)) {
    size += bytes.length;
    if (size >= limit) return limit;
  }
  return size;
}
