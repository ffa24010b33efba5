import type { ByteChunk, ByteSource } from './decoder.ts';
import { isBrokenOff } from './is-broken-off.ts';
import { recogniseContent, recogniseGrowing, type Content } from './recognise-content.ts';

/** Bytes that recognition looks at; a first line may be longer. */
const HEAD_BYTES = 65_536;

export interface RecognisedPlace {
  readonly content: Content;
  /** The first bytes, at most 64 KiB. */
  readonly head: Uint8Array;
  /** The place from its beginning: what was looked at is put back, as standard input can be read only once. */
  readonly whole: ByteSource;
  /** Gives up the bytes that were opened; instead of reading `whole`. */
  leave(): Promise<void>;
}

/**
 * Looks at the beginning of a place. Throws what the source throws, unless something came before or the place holds a stream
 * that breaks off: then that failure comes again where it lies.
 */
export async function recognisePlace(source: ByteSource): Promise<RecognisedPlace> {
  const chunks = source.open(0)[Symbol.asyncIterator]();
  const head: ByteChunk[] = [];
  let size = 0;
  let ended = false;
  let failure: unknown;
  while (size < HEAD_BYTES && !ended) {
    try {
      const next = await chunks.next();
      if (next.done === true) ended = true;
      else if (next.value.pause === true) {
        // Live input: a line or two are enough, and more may not come for hours.
        if (recogniseGrowing(Buffer.concat(head.map((chunk) => chunk.bytes))) === undefined) continue;
        head.push(next.value);
        break;
      } else {
        head.push(next.value);
        size += next.value.bytes.length;
      }
    } catch (error) {
      if (head.length === 0 && !isBrokenOff(error)) throw error;
      failure = error;
      ended = true;
    }
  }
  const bytes = Buffer.concat(head.map((chunk) => chunk.bytes)).subarray(0, HEAD_BYTES);
  return {
    content: recogniseContent(bytes, ended && size <= HEAD_BYTES),
    head: bytes,
    whole: replayed(source, head, chunks, failure),
    leave: async () => {
      await chunks.return?.();
    },
  };
}

/** The source with its head put back: what can be read only once (stdin) is not opened again. */
function replayed(
  source: ByteSource,
  head: readonly ByteChunk[],
  rest: AsyncIterator<ByteChunk>,
  failure: unknown,
): ByteSource {
  let used = false;
  async function* replay(): AsyncGenerator<ByteChunk, void, undefined> {
    try {
      yield* head;
      if (failure !== undefined) throw failure;
      for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
    } finally {
      await rest.return?.();
    }
  }
  return {
    source: source.source,
    place: source.place,
    open(offset: number): AsyncIterable<ByteChunk> {
      if (used || offset !== 0) return source.open(offset);
      used = true;
      return replay();
    },
  };
}
