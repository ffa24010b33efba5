import { createHash } from 'node:crypto';
import type { BatchReader, ByteSource, DecodeOptions, DecodePosition } from '../telemetry/decoder.ts';
import { openBatches } from '../telemetry/open-batches.ts';
import type { RecordBatch } from '../telemetry/record-batch.ts';

/** Bytes at the head of a place that tell whether it is still the same file. */
const HEAD_BYTES = 1024;

/** How far one place has been read; part of the state. */
export interface PlacePosition {
  readonly place: string;
  readonly position: DecodePosition;
  /** SHA-256 of the first `headLength` bytes. */
  readonly head: string;
  readonly headLength: number;
}

/** A batch and where its place stands once it has been processed. */
export interface ReadBatch {
  readonly batch: RecordBatch;
  readonly position: PlacePosition;
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
export class SourceReader {
  readonly name: string;
  readonly #places: readonly ByteSource[];
  readonly #options: Omit<DecodeOptions, 'from'>;
  readonly #known: ReadonlyMap<string, PlacePosition>;
  readonly #onNotice: (notice: PlaceNotice) => void;
  #index = 0;
  #notice: Omit<PlaceNotice, 'format'> | undefined;
  #reader: BatchReader | undefined;
  #batches: AsyncIterator<RecordBatch> | undefined;
  #head: { head: string; headLength: number } = { head: '', headLength: 0 };

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
    this.#known = new Map(known.map((position) => [position.place, position]));
    this.#onNotice = onNotice;
  }

  async next(): Promise<ReadBatch | undefined> {
    for (;;) {
      if (this.#batches === undefined) {
        const place = this.#places[this.#index];
        if (place === undefined) return undefined;
        await this.#open(place);
      }
      const next = await (this.#batches as AsyncIterator<RecordBatch>).next();
      this.#tell();
      if (next.done !== true) return { batch: next.value, position: this.#position() };
      this.#batches = undefined;
      this.#reader = undefined;
      this.#index++;
    }
  }

  /** Stops reading; what was delivered stays. */
  async close(): Promise<void> {
    await this.#batches?.return?.();
    this.#batches = undefined;
    this.#index = this.#places.length;
  }

  async #open(place: ByteSource): Promise<void> {
    const known = this.#known.get(place.place);
    const same = known === undefined || place.place === '-' ? undefined : await sameHead(place, known);
    this.#head = place.place === '-' ? { head: '', headLength: 0 } : await headOf(place, HEAD_BYTES);
    this.#reader = await openBatches(place, {
      ...this.#options,
      ...(same === true && known !== undefined ? { from: known.position } : {}),
    });
    this.#batches = this.#reader.batches()[Symbol.asyncIterator]();
    this.#notice = { place: place.place, resumed: same === true, replaced: same === false };
  }

  /** Told with the first batch: only then it is known what the place holds. */
  #tell(): void {
    if (this.#notice === undefined || this.#reader === undefined) return;
    this.#onNotice({ ...this.#notice, format: this.#reader.format });
    this.#notice = undefined;
  }

  #position(): PlacePosition {
    const place = this.#places[this.#index] as ByteSource;
    return { place: place.place, position: (this.#reader as BatchReader).position, ...this.#head };
  }
}

/** Whether the place still begins as it did and has not become shorter than what was read of it. */
async function sameHead(place: ByteSource, known: PlacePosition): Promise<boolean> {
  const { head, headLength } = await headOf(place, known.headLength);
  return headLength === known.headLength && head === known.head;
}

async function headOf(place: ByteSource, limit: number): Promise<{ head: string; headLength: number }> {
  const hash = createHash('sha256');
  let length = 0;
  for await (const { bytes } of place.open(0)) {
    const part = bytes.subarray(0, limit - length);
    hash.update(part);
    length += part.length;
    if (length >= limit) break;
  }
  return { head: hash.digest('hex'), headLength: length };
}
