import type { ByteChunk } from '../telemetry/decoder.ts';

/** Numbers the bytes of a stream that begins at `base`, leaving out those before `offset`. */
export async function* skipBytes(
  bytes: AsyncIterable<Uint8Array>,
  base: number,
  offset: number,
): AsyncGenerator<ByteChunk, void, undefined> {
  let position = base;
  for await (const chunk of bytes) {
    const end = position + chunk.length;
    if (end > offset) {
      const skipped = Math.max(0, offset - position);
      yield { bytes: skipped === 0 ? chunk : chunk.subarray(skipped), offset: position + skipped };
    }
    position = end;
  }
}
