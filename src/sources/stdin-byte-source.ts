import { SourceError } from '../errors/windhover-error.ts';
import type { ByteChunk, ByteSource } from '../telemetry/decoder.ts';
import { fileFailure } from './file-failure.ts';
import { gunzip, isGzip } from './gunzip.ts';
import { skipBytes } from './skip-bytes.ts';

/** Standard input, or any other stream that can be read once; gzip is undone as for files. */
export class StdinByteSource implements ByteSource {
  readonly source: string;
  readonly place = '-';
  readonly #stream: AsyncIterable<Uint8Array>;
  #opened = false;

  constructor(source: string, stream: AsyncIterable<Uint8Array>) {
    this.source = source;
    this.#stream = stream;
  }

  /** Throws `SourceError` `source-read-once` when it is opened again. */
  async *open(offset: number): AsyncGenerator<ByteChunk, void, undefined> {
    if (this.#opened) {
      throw new SourceError('source-read-once', 'standard input can be read only once', {
        hint: 'Write it into a file first where several sources, or a state folder, need it.',
      });
    }
    this.#opened = true;
    yield* skipBytes(uncompressed(this.place, this.#stream), 0, offset);
  }
}

/** The bytes of a stream, gzip undone if it begins so. */
async function* uncompressed(
  place: string,
  stream: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  const chunks = guarded(stream);
  let head: Uint8Array = new Uint8Array();
  while (head.length < 2) {
    const next = await chunks.next();
    if (next.done === true) break;
    head = head.length === 0 ? next.value : Buffer.concat([head, next.value]);
  }
  const whole = withHead(head, chunks);
  if (isGzip(head)) yield* gunzip(place, whole);
  else yield* whole;
}

async function* guarded(stream: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    yield* stream;
  } catch (cause) {
    throw fileFailure('standard input', cause);
  }
}

async function* withHead(
  head: Uint8Array,
  rest: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  if (head.length > 0) yield head;
  yield* rest;
}
