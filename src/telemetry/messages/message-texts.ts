import { isAscii } from 'node:buffer';
import { ElementSplitter } from '../element-splitter.ts';
import { LineSplitter, type Line } from '../line-splitter.ts';

/** A part of a message that may be a document. */
export interface MessagePart {
  readonly bytes: Buffer;
  readonly ascii: boolean;
}

const RETURN = 13;
/** A longer text of blanks is nobody's empty array. */
const EMPTY_BYTES = 256;

/** The value as a buffer over the same bytes. */
export function asBuffer(value: Uint8Array): Buffer {
  return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
}

/** The whole message without a byte order mark. */
export function wholeMessage(value: Uint8Array): MessagePart {
  const bytes = asBuffer(value);
  const marked = bytes.length > 2 && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  return { bytes: marked ? bytes.subarray(3) : bytes, ascii: isAscii(bytes) };
}

/** Objects of an array, or lines that are objects: what some shippers put into one message. */
export function messageParts({ bytes, ascii }: MessagePart, layout: 'elements' | 'lines'): MessagePart[] {
  const splitter = layout === 'elements' ? new ElementSplitter(0, bytes.length) : new LineSplitter(0, bytes.length);
  splitter.push({ bytes, offset: 0 });
  const parts: MessagePart[] = [];
  const add = ({ buffer, start, end }: Line): void => {
    const to = end > start && buffer[end - 1] === RETURN ? end - 1 : end;
    if (to > start) parts.push({ bytes: buffer.subarray(start, to), ascii });
  };
  for (let line = splitter.next(); line !== undefined; line = splitter.next()) add(line);
  const last = splitter.finish();
  if (last !== undefined) add(last);
  return parts;
}

/** `[]`, with or without blanks. */
export function isEmptyArray({ bytes }: MessagePart): boolean {
  return bytes.length < EMPTY_BYTES && /^\s*\[\s*\]\s*$/u.test(bytes.toString('latin1'));
}

export function partText({ bytes, ascii }: MessagePart): string {
  return bytes.toString(ascii ? 'latin1' : 'utf8');
}
