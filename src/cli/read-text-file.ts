import { isUtf8 } from 'node:buffer';
import { open } from 'node:fs/promises';
import { UsageError } from '../errors/windhover-error.ts';

/** What a file is to its reader: codes of errors begin with `area`. */
export interface TextFileKind {
  readonly area: 'hunt' | 'config' | 'expect';
  /** `A hunt`, at the beginning of a sentence. */
  readonly what: string;
  /** In bytes. */
  readonly limit: number;
}

/** A file is no UTF-8. `text` has signs in the place of what is none, the first of them at `offset`. */
export class TextEncodingError extends UsageError {
  readonly text: string;
  /** In characters of `text`. */
  readonly offset: number;

  constructor(code: string, message: string, hint: string, place: { readonly text: string; readonly offset: number }) {
    super(code, message, hint);
    this.text = place.text;
    this.offset = place.offset;
  }
}

/**
 * Text of a file that a user wrote: UTF-8, its byte order mark taken off. `name`: the file as the user names it.
 * No more than the limit is read, of a device or a pipe either. Throws `TextEncodingError` (`…-encoding`), `UsageError`
 * (`…-too-large`), and what the file system throws.
 */
export async function readTextFile(path: string, name: string, kind: TextFileKind): Promise<string> {
  return decodeText(await atMost(path, name, kind), name, kind.area);
}

/** The text of bytes that are UTF-8. Throws `TextEncodingError`. */
export function decodeText(bytes: Buffer, name: string, area: TextFileKind['area']): string {
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) {
    const hint = 'Convert it, for instance: iconv -f UTF-16 -t UTF-8.';
    throw new TextEncodingError(`${area}-encoding`, `${name} is UTF-16, not UTF-8`, hint, { text: '', offset: 0 });
  }
  const text = bytes.toString('utf8');
  if (!isUtf8(bytes)) {
    const offset = firstReplaced(text, bytes);
    const line = text.slice(0, offset).split('\n').length;
    const hint = 'Convert it, for instance: iconv -f LATIN1 -t UTF-8.';
    throw new TextEncodingError(`${area}-encoding`, `${name}:${line}: this is not UTF-8`, hint, { text, offset });
  }
  return text.startsWith('\ufeff') ? text.slice(1) : text;
}

/** Where the text first says something else than the bytes; it may hold true replacement characters too. */
function firstReplaced(text: string, bytes: Buffer): number {
  let from = 0;
  let at = 0;
  for (let offset = text.indexOf('\ufffd'); offset >= 0; offset = text.indexOf('\ufffd', offset + 1)) {
    at += Buffer.byteLength(text.slice(from, offset));
    from = offset;
    if (bytes[at] !== 0xef || bytes[at + 1] !== 0xbf || bytes[at + 2] !== 0xbd) return offset;
  }
  return text.length;
}

async function atMost(path: string, name: string, { area, what, limit }: TextFileKind): Promise<Buffer> {
  const file = await open(path, 'r');
  try {
    const chunks: Buffer[] = [];
    let length = 0;
    for (;;) {
      const chunk = Buffer.allocUnsafe(65_536);
      const { bytesRead } = await file.read(chunk, 0, chunk.length, null);
      if (bytesRead === 0) return Buffer.concat(chunks, length);
      length += bytesRead;
      if (length > limit) {
        const { size } = await file.stat();
        const has = size > limit ? `${size} bytes` : `more than ${limit} bytes`;
        throw new UsageError(`${area}-too-large`, `${name} has ${has}`, `${what} has at most ${limit} bytes.`);
      }
      chunks.push(chunk.subarray(0, bytesRead));
    }
  } finally {
    await file.close();
  }
}
