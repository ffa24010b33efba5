import { isAscii } from 'node:buffer';
import type { ByteChunk } from './decoder.ts';

const NEW_LINE = 10;

/** A line without its line end. `bytes` is only valid with the chunk it lies in; too long a line has only its head. */
export interface Line {
  readonly buffer: Buffer;
  readonly start: number;
  readonly end: number;
  /** Place of the first byte in the stream, and length with the line end. */
  readonly offset: number;
  readonly length: number;
  readonly tooLong: boolean;
  /** Known to hold ASCII only: such bytes become a text faster. */
  readonly ascii: boolean;
}

/** The text of a part of a line. Nearly all telemetry is ASCII, whose bytes need no decoding. */
export function lineText({ buffer, ascii }: Pick<Line, 'buffer' | 'ascii'>, start: number, end: number): string {
  return buffer.toString(ascii ? 'latin1' : 'utf8', start, end);
}

/** Cuts a stream of bytes into texts that may each be a document, whatever its chunks are. */
export interface Splitter {
  /** Takes the next chunk; the texts of the one before must have been taken. */
  push(chunk: ByteChunk): void;
  /** The next text that ends in the chunk; `undefined` when another chunk is needed. */
  next(): Line | undefined;
  /** What stands at the end of the stream without an end of its own. */
  finish(): Line | undefined;
}

const HEAD_BYTES = 2048;

/**
 * Cuts a stream of bytes into lines, whatever its chunks are. A line longer than `maxLineBytes` is passed by without
 * being kept. Each chunk is pushed and its complete lines are taken with `next`; `finish` gives what stands after the last line end.
 */
export class LineSplitter implements Splitter {
  readonly #maxLineBytes: number;
  #chunk: Buffer = Buffer.alloc(0);
  #at = 0;
  #ascii = false;
  #parts: Buffer[] = [];
  /** Bytes of the unfinished line, kept or not. */
  #pending = 0;
  #offset: number;

  constructor(offset: number, maxLineBytes: number) {
    this.#offset = offset;
    this.#maxLineBytes = maxLineBytes;
  }

  /** Takes the next chunk; the lines of the one before must have been taken. */
  push(chunk: ByteChunk): void {
    const bytes = chunk.bytes;
    this.#chunk = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#at = 0;
    this.#ascii = isAscii(this.#chunk);
  }

  /** The next line that ends in the chunk; `undefined` when another chunk is needed. */
  next(): Line | undefined {
    const chunk = this.#chunk;
    const start = this.#at;
    const end = chunk.indexOf(NEW_LINE, start);
    if (end < 0) {
      if (start < chunk.length) this.#keep(chunk.subarray(start));
      this.#at = chunk.length;
      return undefined;
    }
    this.#at = end + 1;
    if (this.#pending === 0) return this.#line(chunk, start, end, end - start, 1, this.#ascii);
    this.#keep(chunk.subarray(start, end));
    return this.#takePending(1);
  }

  /** The last line, if it has no line end. */
  finish(): Line | undefined {
    return this.#pending === 0 ? undefined : this.#takePending(0);
  }

  #keep(part: Buffer): void {
    const before = this.#pending;
    this.#pending += part.length;
    if (this.#pending <= this.#maxLineBytes) this.#parts.push(part);
    else if (before <= this.#maxLineBytes) {
      // Too long from here on: only the head is kept, as a copy, so that the chunks can go.
      const head = Buffer.concat([...this.#parts, part.subarray(0, HEAD_BYTES)]).subarray(0, HEAD_BYTES);
      this.#parts = [Buffer.from(head)];
    }
  }

  #takePending(lineEnd: number): Line {
    const buffer = this.#parts.length === 1 ? (this.#parts[0] as Buffer) : Buffer.concat(this.#parts);
    const length = this.#pending;
    this.#parts = [];
    this.#pending = 0;
    return this.#line(buffer, 0, Math.min(buffer.length, length), length, lineEnd, false);
  }

  #line(buffer: Buffer, start: number, end: number, length: number, lineEnd: number, ascii: boolean): Line {
    const offset = this.#offset;
    this.#offset += length + lineEnd;
    return { buffer, start, end, offset, length: length + lineEnd, tooLong: length > this.#maxLineBytes, ascii };
  }
}
