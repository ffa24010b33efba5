import type { ByteChunk, ByteSource } from '../../telemetry/decoder.ts';

/** Longest line that is read, bytes. */
export const MAX_LINE_BYTES = 16 * 1024 * 1024;

/** The line of a place that begins at an offset, as a place of its own. */
export async function lineSource(place: ByteSource, offset: number): Promise<ByteSource> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const { bytes } of place.open(offset)) {
    const end = bytes.indexOf(10);
    const part = end < 0 ? bytes : bytes.subarray(0, end);
    parts.push(part);
    length += part.length;
    if (end >= 0 || length > MAX_LINE_BYTES) break;
  }
  const line = Buffer.concat([...parts, Buffer.from('\n')]);
  return {
    source: '',
    place: 'the line',
    async *open(from: number): AsyncGenerator<ByteChunk> {
      if (from < line.length) yield { bytes: line.subarray(from), offset: from };
    },
  };
}
