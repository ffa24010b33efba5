import type { ByteSource } from '../decoder.ts';
import { isBrokenOff } from '../is-broken-off.ts';
import type { DatumBlock } from './avro-block-splitter.ts';
import { pauseAt, type DatumBlocks } from './avro-container.ts';
import { AvroCursor, AvroDatumError } from './avro-cursor.ts';
import { AvroReaders, type AvroSkipper } from './avro-readers.ts';
import type { AvroType } from './avro-type.ts';
import { ByteQueue } from './byte-queue.ts';

/** A block ends with the first datum that reaches this many bytes, so that blocks are cut by position only. */
const BLOCK_BYTES = 65_536;

/**
 * Datums one behind the other, without container, of a schema that is known beforehand: what SysFlow's collector sends
 * through its socket. Nothing tells where a datum begins but the end of the one before, so damage ends the reading: the rest
 * is given as one damaged block.
 */
export class BareDatums implements DatumBlocks {
  readonly schema: AvroType;
  readonly #source: ByteSource;
  readonly #maxDatumBytes: number;
  readonly #skip: AvroSkipper;
  readonly #cursor = new AvroCursor();
  readonly #queue = new ByteQueue();
  #offset = 0;
  /** Whole datums at the beginning of the queue, and their bytes. */
  #count = 0;
  #whole = 0;
  /** Why the rest cannot be read. */
  #damage: string | undefined;

  constructor(source: ByteSource, schema: AvroType, maxDatumBytes: number) {
    this.#source = source;
    this.schema = schema;
    this.#maxDatumBytes = maxDatumBytes;
    this.#skip = new AvroReaders().skipper(schema);
  }

  async *blocks(): AsyncGenerator<DatumBlock, void, undefined> {
    let lost = 0;
    let broken: string | undefined;
    try {
      for await (const chunk of this.#source.open(0)) {
        if (this.#damage !== undefined) {
          lost += chunk.bytes.length;
          continue;
        }
        this.#queue.push(chunk.bytes);
        for (let block = this.#next(); block !== undefined; block = this.#next()) yield block;
        if (chunk.pause !== true) continue;
        if (this.#count > 0) yield this.#cut();
        yield pauseAt(this.#offset);
      }
    } catch (error) {
      if (!isBrokenOff(error)) throw error;
      broken = error.code;
    }
    const data = Buffer.from(this.#queue.peek().subarray(0, this.#whole));
    const rest = this.#queue.length - this.#whole + lost;
    const damage = this.#damage ?? broken ?? (rest > 0 ? 'datum-truncated' : undefined);
    if (data.length > 0 || damage !== undefined) {
      yield { offset: this.#offset, length: data.length + rest, count: this.#count, data, damage, last: true };
    }
  }

  #next(): DatumBlock | undefined {
    const bytes = this.#queue.peek();
    const cursor = this.#cursor;
    cursor.reset(bytes, this.#whole);
    while (this.#whole < BLOCK_BYTES && this.#whole < bytes.length) {
      try {
        cursor.startDatum();
        this.#skip(cursor);
        cursor.finishDatum();
      } catch (error) {
        if (!(error instanceof AvroDatumError)) throw error;
        if (error.reason === 'datum-malformed') this.#damage = error.reason;
        else if (bytes.length - this.#whole > this.#maxDatumBytes) this.#damage = 'datum-too-long';
        return undefined;
      }
      this.#count++;
      this.#whole = cursor.at;
    }
    return this.#whole < BLOCK_BYTES ? undefined : this.#cut();
  }

  /** The whole datums at the beginning of the queue. */
  #cut(): DatumBlock {
    const block = {
      offset: this.#offset,
      length: this.#whole,
      count: this.#count,
      data: Buffer.from(this.#queue.peek().subarray(0, this.#whole)),
      damage: undefined,
    };
    this.#queue.drop(this.#whole);
    this.#offset += this.#whole;
    this.#whole = 0;
    this.#count = 0;
    return block;
  }
}
