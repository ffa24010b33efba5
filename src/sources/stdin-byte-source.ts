import { SourceError } from '../errors/windhover-error.ts';
import type { ByteChunk, ByteSource } from '../telemetry/decoder.ts';
import type { Timer } from '../telemetry/timer.ts';
import { fileFailure } from './file-failure.ts';
import { gunzip, isGzip } from './gunzip.ts';
import { withPauses } from './pauses.ts';
import { skipBytes } from './skip-bytes.ts';

/** What live input needs beside its bytes. */
export interface LiveInput {
  readonly timer: Timer;
  /** Ends the reading, also while the stream is silent. */
  readonly signal?: AbortSignal;
}

/**
 * Standard input, or any other stream that can be read once; gzip is undone as for files. With `live` it pauses where
 * nothing more is at hand, so that what has been written is processed although the stream stays open.
 */
export class StdinByteSource implements ByteSource {
  readonly source: string;
  readonly place = '-';
  readonly #stream: AsyncIterable<Uint8Array>;
  readonly #live: LiveInput | undefined;
  #opened = false;

  constructor(source: string, stream: AsyncIterable<Uint8Array>, live?: LiveInput) {
    this.source = source;
    this.#stream = stream;
    this.#live = live;
  }

  /** Throws `SourceError` `source-read-once` when it is opened again. */
  async *open(offset: number): AsyncGenerator<ByteChunk, void, undefined> {
    if (this.#opened) {
      throw new SourceError('source-read-once', 'standard input can be read only once', {
        hint: 'Write it into a file first where several sources, or a state folder, need it.',
      });
    }
    this.#opened = true;
    const bytes = uncompressed(this.place, this.#stream);
    if (this.#live === undefined) yield* skipBytes(bytes, 0, offset);
    else yield* this.#paused(bytes, this.#live, offset);
  }

  async *#paused(
    bytes: AsyncIterable<Uint8Array>,
    { timer, signal }: LiveInput,
    offset: number,
  ): AsyncGenerator<ByteChunk, void, undefined> {
    const stream: { destroy?: () => void } = this.#stream as object;
    // A stream that nobody writes to would keep the process waiting for it.
    const abandon = (): void => stream.destroy?.();
    signal?.addEventListener('abort', abandon);
    let position = 0;
    try {
      for await (const chunk of withPauses(bytes, timer, signal)) {
        if (chunk === undefined) {
          yield { bytes: new Uint8Array(), offset: Math.max(position, offset), pause: true };
          continue;
        }
        const skipped = Math.min(chunk.length, Math.max(0, offset - position));
        if (skipped < chunk.length) yield { bytes: chunk.subarray(skipped), offset: position + skipped };
        position += chunk.length;
      }
    } finally {
      signal?.removeEventListener('abort', abandon);
    }
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
