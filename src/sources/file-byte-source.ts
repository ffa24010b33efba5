import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { ByteChunk, ByteSource } from '../telemetry/decoder.ts';
import { fileFailure, pipeFailure } from './file-failure.ts';
import { gunzip, isGzip } from './gunzip.ts';
import { skipBytes } from './skip-bytes.ts';

const CHUNK_BYTES = 262_144;

/** A file; gzip is recognised by its first bytes and undone. Offsets count uncompressed bytes. */
export class FileByteSource implements ByteSource {
  readonly source: string;
  readonly place: string;
  readonly #path: string;
  readonly #bytesRead: ((bytes: number) => void) | undefined;

  /** `place` as the call names it, relative to `workingFolder`. `bytesRead` is told what is read, as it lies there. */
  constructor(source: string, place: string, workingFolder: string, bytesRead?: (bytes: number) => void) {
    this.source = source;
    this.place = place;
    this.#path = resolve(workingFolder, place);
    this.#bytesRead = bytesRead;
  }

  /** Throws `SourceError`: `source-missing`, `source-denied`, `source-is-folder`, `source-is-pipe`, `source-truncated`, `source-damaged`. */
  async *open(offset: number): AsyncGenerator<ByteChunk, void, undefined> {
    // Opening a pipe would wait for its writer, and nothing could end that.
    const file = await this.#attempt(() => open(this.#path, constants.O_RDONLY | constants.O_NONBLOCK));
    try {
      if ((await file.stat()).isFIFO()) throw pipeFailure(this.place);
      const head = new Uint8Array(2);
      const { bytesRead } = await this.#attempt(() => file.read(head, 0, head.length, 0));
      const compressed = isGzip(head.subarray(0, bytesRead));
      if (compressed) yield* skipBytes(gunzip(this.place, this.#read(file, 0)), 0, offset);
      else yield* skipBytes(this.#read(file, offset), offset, offset);
    } finally {
      await file.close();
    }
  }

  /** Every chunk is a buffer of its own: readers keep them as long as a batch needs them. */
  async *#read(file: FileHandle, from: number): AsyncGenerator<Uint8Array, void, undefined> {
    for (let position = from; ;) {
      const buffer = Buffer.allocUnsafeSlow(CHUNK_BYTES);
      const at = position;
      const { bytesRead } = await this.#attempt(() => file.read(buffer, 0, buffer.length, at));
      if (bytesRead === 0) return;
      position += bytesRead;
      this.#bytesRead?.(bytesRead);
      yield buffer.subarray(0, bytesRead);
    }
  }

  async #attempt<T>(action: () => Promise<T>): Promise<T> {
    try {
      return await action();
    } catch (cause) {
      throw fileFailure(this.place, cause);
    }
  }
}
