import type { ByteChunk, ByteSource } from '../../telemetry/decoder.ts';

/** Records that stand in the hunt file itself. */
export class InlineByteSource implements ByteSource {
  readonly source = '';
  readonly place = 'the test';
  readonly #bytes: Uint8Array;

  constructor(text: string) {
    this.#bytes = Buffer.from(text, 'utf8');
  }

  async *open(offset: number): AsyncGenerator<ByteChunk, void, undefined> {
    const bytes = this.#bytes.subarray(offset);
    if (bytes.length > 0) yield { bytes, offset };
  }
}
