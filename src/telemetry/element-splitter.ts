import type { ByteChunk } from './decoder.ts';
import type { Line, Splitter } from './line-splitter.ts';

const [TAB, NEW_LINE, RETURN, BLANK, QUOTE, COMMA, BACKSLASH] = [9, 10, 13, 32, 34, 44, 92];
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [91, 93, 123, 125];
const HEAD_BYTES = 2048;

/**
 * Cuts a JSON array, or objects that stretch over several lines, into its objects: the counterpart of `LineSplitter`
 * for documents that people made. It may begin between any two objects. What is no object goes to the next comma,
 * bracket or line end.
 */
export class ElementSplitter implements Splitter {
  readonly #maxBytes: number;
  #chunk: Buffer = Buffer.alloc(0);
  #at = 0;
  /** Place of the chunk's first byte in the stream. */
  #base: number;
  #parts: Buffer[] = [];
  #pending = 0;
  #depth = 0;
  #inString = false;
  #escaped = false;

  constructor(offset: number, maxBytes: number) {
    this.#base = offset;
    this.#maxBytes = maxBytes;
  }

  push(chunk: ByteChunk): void {
    this.#base += this.#chunk.length;
    const { buffer, byteOffset, byteLength } = chunk.bytes;
    this.#chunk = Buffer.from(buffer, byteOffset, byteLength);
    this.#at = 0;
  }

  next(): Line | undefined {
    const chunk = this.#chunk;
    if (this.#pending === 0) {
      while (this.#at < chunk.length && isBetween(chunk[this.#at] as number)) this.#at++;
    }
    const start = this.#at;
    for (let at = start; at < chunk.length; at++) {
      if (!this.#ends(chunk[at] as number)) continue;
      // The end of an object belongs to it; what ends anything else does not.
      const end = chunk[at] === CLOSE_OBJECT ? at + 1 : at;
      this.#at = end;
      return this.#take(chunk.subarray(start, end), end);
    }
    this.#at = chunk.length;
    if (start < chunk.length) this.#keep(chunk.subarray(start));
    return undefined;
  }

  finish(): Line | undefined {
    return this.#pending === 0 ? undefined : this.#take(Buffer.alloc(0), this.#chunk.length);
  }

  /** Does the element end with this byte? */
  #ends(byte: number): boolean {
    if (this.#inString) {
      if (this.#escaped) this.#escaped = false;
      else if (byte === BACKSLASH) this.#escaped = true;
      else if (byte === QUOTE) this.#inString = false;
      return false;
    }
    if (byte === QUOTE) this.#inString = this.#depth > 0;
    else if (byte === OPEN_OBJECT || byte === OPEN_LIST) this.#depth++;
    else if (byte === CLOSE_OBJECT || byte === CLOSE_LIST) {
      if (this.#depth > 0) this.#depth--;
      return this.#depth === 0;
    } else if (byte === COMMA || byte === NEW_LINE) return this.#depth === 0;
    return false;
  }

  #keep(part: Buffer): void {
    const before = this.#pending;
    this.#pending += part.length;
    if (this.#pending <= this.#maxBytes) this.#parts.push(part);
    else if (before <= this.#maxBytes) {
      this.#parts = [Buffer.concat([...this.#parts, part.subarray(0, HEAD_BYTES)]).subarray(0, HEAD_BYTES)];
    }
  }

  #take(part: Buffer, end: number): Line {
    this.#keep(part);
    const buffer = this.#parts.length === 1 ? (this.#parts[0] as Buffer) : Buffer.concat(this.#parts);
    const length = this.#pending;
    this.#parts = [];
    this.#pending = 0;
    this.#depth = 0;
    this.#inString = false;
    this.#escaped = false;
    const offset = this.#base + end - length;
    return { buffer, start: 0, end: buffer.length, offset, length, tooLong: length > this.#maxBytes, ascii: false };
  }
}

function isBetween(byte: number): boolean {
  return (
    byte === BLANK ||
    byte === NEW_LINE ||
    byte === RETURN ||
    byte === TAB ||
    byte === COMMA ||
    byte === OPEN_LIST ||
    byte === CLOSE_LIST
  );
}
