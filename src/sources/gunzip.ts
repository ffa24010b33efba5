import { createGunzip, constants, type Gunzip } from 'node:zlib';
import { SourceError } from '../errors/windhover-error.ts';

/** What one slice mostly grows to fits in, so that it is unpacked in one go. */
const OUTPUT_CHUNK_BYTES = 524_288;
/**
 * Unpacked bytes are given in pieces of at most this size. Whoever takes one lets other work go on: so the next slice is unpacked
 * before the last piece of this one is taken.
 */
const PIECE_BYTES = 131_072;
/** Compressed bytes handed over at once: bounds what they can grow to before someone takes it. */
const INPUT_SLICE_BYTES = 16_384;

export function isGzip(head: Uint8Array): boolean {
  return head.length >= 2 && head[0] === 0x1f && head[1] === 0x8b;
}

/**
 * Undoes gzip, also of several members. Everything up to a break is given before the `SourceError`: `source-truncated`
 * where the stream ends too early, `source-damaged` where it is no gzip any more.
 */
export async function* gunzip(
  place: string,
  compressed: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  const stream = createGunzip({ chunkSize: OUTPUT_CHUNK_BYTES, flush: constants.Z_NO_FLUSH });
  const ready: Uint8Array[] = [];
  const failures: Error[] = [];
  stream.on('data', (chunk: Uint8Array) => ready.push(chunk));
  stream.on('error', (error: Error) => failures.push(error));
  try {
    for await (const chunk of compressed) {
      for (let at = 0; at < chunk.length && failures.length === 0; at += INPUT_SLICE_BYTES) {
        await written(stream, chunk.subarray(at, at + INPUT_SLICE_BYTES));
        yield* pieces(ready.splice(0));
      }
      if (failures.length > 0) break;
    }
    if (failures.length === 0) {
      await ended(stream);
      yield* pieces(ready.splice(0));
    }
  } finally {
    stream.destroy();
  }
  const [failure] = failures;
  if (failure !== undefined) throw broken(place, failure);
}

function* pieces(chunks: readonly Uint8Array[]): Generator<Uint8Array, void, undefined> {
  for (const chunk of chunks) {
    for (let at = 0; at < chunk.length; at += PIECE_BYTES) yield chunk.subarray(at, at + PIECE_BYTES);
  }
}

function written(stream: Gunzip, bytes: Uint8Array): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      stream.off('close', done);
      resolve();
    };
    stream.once('close', done);
    stream.write(bytes, done);
  });
}

function ended(stream: Gunzip): Promise<void> {
  return new Promise((resolve) => {
    stream.once('end', resolve);
    stream.once('close', resolve);
    stream.end();
  });
}

function broken(place: string, cause: Error): SourceError {
  const truncated = 'code' in cause && cause.code === 'Z_BUF_ERROR';
  return truncated
    ? new SourceError('source-truncated', `${place} ends in the middle of its gzip stream`, {
        hint: 'Whole lines before the break were read; copy the file again to have the rest.',
        cause,
      })
    : new SourceError('source-damaged', `${place} is damaged: ${cause.message}`, {
        hint: 'Check the file with gzip -t; what stands before the damage can be had with gzip -cd.',
        cause,
      });
}
