import type { ByteChunk } from '../decoder.ts';
import { readAvroHead, SYNC_BYTES, type AvroHead } from './avro-head.ts';
import { AvroCursor, AvroDatumError } from './avro-cursor.ts';
import { ByteQueue } from './byte-queue.ts';
import { inflateBlock } from './inflate-block.ts';

/** A run of datums without anything between them. */
export interface DatumBlock {
  /** Where it begins in the place, and how many bytes of the place it takes, as far as they are there. */
  readonly offset: number;
  readonly length: number;
  /** Datums that it says it holds. */
  readonly count: number;
  readonly data: Buffer;
  /** Why not all of it is in `data`; its whole datums count all the same. */
  readonly damage: string | undefined;
  /** No block: all that is there by now has been given, and more may come. */
  readonly pause?: true;
  /** The place ends with it. */
  readonly last?: true;
  /** Offset behind it, where offsets do not count bytes. Default: `offset + length`. */
  readonly end?: number;
}

/** Largest block, packed. SysFlow writes blocks of some ten kilobytes. */
const MAX_BLOCK_BYTES = 64 * 1024 * 1024;
/** A count and a size take at most ten bytes each. */
const MAX_PREFIX_BYTES = 20;
const NOTHING = Buffer.alloc(0);

/**
 * Takes an Avro object container apart, from its first byte on: head, blocks, and what lies where a block should be. After
 * damage it goes on behind the next sync marker. Never holds more than one block.
 */
export class AvroBlockSplitter {
  readonly #queue = new ByteQueue();
  readonly #cursor = new AvroCursor();
  #head: AvroHead | undefined;
  /** Offset of the first byte in the queue. */
  #offset = 0;
  /** Bytes that the next step waits for. */
  #needed = 0;
  /** Looking for the next sync marker: where the damage began, and what it was. */
  #lost: { readonly offset: number; readonly reason: string } | undefined;

  get head(): AvroHead | undefined {
    return this.#head;
  }

  /** Offset behind all that was given out. */
  get offset(): number {
    return this.#offset;
  }

  push(chunk: ByteChunk): void {
    this.#queue.push(chunk.bytes);
  }

  /** The next block that is all there. Throws `SourceError` where the head cannot be used. */
  next(): DatumBlock | undefined {
    if (this.#queue.length < this.#needed) return undefined;
    if (this.#head === undefined && !this.#readHead()) return undefined;
    return this.#lost === undefined ? this.#readBlock() : this.#findSync();
  }

  /** What is left when the stream has ended: a block without its end, with the datums that there are. */
  finish(): DatumBlock | undefined {
    const bytes = this.#queue.peek();
    if (bytes.length === 0) return undefined;
    const lost = this.#lost;
    if (this.#head === undefined) return this.#give(bytes.length, 0, NOTHING, 'head-truncated');
    if (lost !== undefined) {
      const rest = this.#give(bytes.length, 0, NOTHING, lost.reason || 'block-damaged', lost.offset);
      // No more than the marker that was missed: that has been told.
      return lost.reason === '' && bytes.length <= SYNC_BYTES ? undefined : rest;
    }
    const prefix = this.#readPrefix(bytes);
    if (prefix === undefined) return this.#give(bytes.length, 0, NOTHING, 'block-truncated');
    const { count, size, start } = prefix;
    if (count < 0 || size < 0) return this.#give(bytes.length, 0, NOTHING, 'block-damaged');
    if (size > MAX_BLOCK_BYTES) return this.#give(bytes.length, 0, NOTHING, 'block-too-large');
    const packed = bytes.subarray(start, start + size);
    const data = this.#unpack(packed, packed.length < size);
    return typeof data === 'string'
      ? this.#give(bytes.length, 0, NOTHING, data)
      : this.#give(bytes.length, count, data, 'block-truncated');
  }

  #readHead(): boolean {
    const head = readAvroHead(this.#queue.peek());
    if (head === undefined) {
      // Its length is not known before its end.
      this.#needed = this.#queue.length + 1;
      return false;
    }
    this.#head = head;
    this.#needed = 0;
    this.#drop(head.length);
    return true;
  }

  #readBlock(): DatumBlock | undefined {
    if (this.#queue.length === 0) return undefined;
    const bytes = this.#queue.peek();
    const prefix = this.#readPrefix(bytes);
    if (prefix === undefined) {
      if (bytes.length >= MAX_PREFIX_BYTES) return this.#lose('block-damaged');
      this.#needed = bytes.length + 1;
      return undefined;
    }
    if (prefix.count < 0 || prefix.size < 0) return this.#lose('block-damaged');
    if (prefix.size > MAX_BLOCK_BYTES) return this.#lose('block-too-large');
    const end = prefix.start + prefix.size;
    this.#needed = end + SYNC_BYTES;
    if (bytes.length < this.#needed) return undefined;
    this.#needed = 0;
    const marked = bytes.subarray(end, end + SYNC_BYTES).equals((this.#head as AvroHead).sync);
    const data = this.#unpack(bytes.subarray(prefix.start, end), false);
    if (typeof data === 'string') {
      return marked ? this.#give(end + SYNC_BYTES, 0, NOTHING, data) : this.#lose(data);
    }
    // The marker alone may have suffered; a wrong size would hardly have given anything that unpacks.
    return marked
      ? this.#give(end + SYNC_BYTES, prefix.count, data, undefined)
      : this.#lose('block-damaged', end, prefix.count, data);
  }

  /** Count and size at the beginning of a block; `undefined` if they are not there or are no numbers. */
  #readPrefix(bytes: Buffer): { count: number; size: number; start: number } | undefined {
    const cursor = this.#cursor;
    cursor.reset(bytes, 0, Math.min(bytes.length, MAX_PREFIX_BYTES));
    try {
      const count = cursor.number();
      const size = cursor.number();
      cursor.finishDatum();
      return { count, size, start: cursor.at };
    } catch (error) {
      if (error instanceof AvroDatumError) return undefined;
      throw error;
    }
  }

  #unpack(packed: Buffer, cut: boolean): Buffer | string {
    return this.#head?.codec === 'deflate' ? inflateBlock(packed, cut) : packed;
  }

  /** The bytes here are no block. Gives what could be read of it, if anything, and looks for a marker from then on. */
  #lose(reason: string, length = 1, count = 0, data: Buffer = NOTHING): DatumBlock | undefined {
    this.#needed = SYNC_BYTES;
    if (data.length > 0) {
      const block = this.#give(length, count, data, reason);
      this.#lost = { offset: this.#offset, reason: '' };
      return block;
    }
    this.#lost = { offset: this.#offset, reason };
    return this.#findSync();
  }

  #findSync(): DatumBlock | undefined {
    const bytes = this.#queue.peek();
    const at = bytes.indexOf((this.#head as AvroHead).sync);
    const lost = this.#lost as { offset: number; reason: string };
    if (at < 0) {
      this.#drop(Math.max(0, bytes.length - SYNC_BYTES + 1));
      this.#needed = this.#queue.length + 1;
      return undefined;
    }
    this.#lost = undefined;
    this.#needed = 0;
    const block = this.#give(at + SYNC_BYTES, 0, NOTHING, lost.reason, lost.offset);
    return lost.reason === '' ? this.#readBlock() : block;
  }

  #give(length: number, count: number, data: Buffer, damage: string | undefined, from = this.#offset): DatumBlock {
    const end = this.#offset + length;
    this.#drop(length);
    return { offset: from, length: end - from, count, data, damage };
  }

  #drop(length: number): void {
    this.#queue.drop(length);
    this.#offset += length;
  }
}
