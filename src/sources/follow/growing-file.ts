import type { Stats } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { resolve } from 'node:path';
import { SourceError } from '../../errors/windhover-error.ts';
import type { ByteChunk, ByteSource } from '../../telemetry/decoder.ts';
import type { LiveFile } from '../../telemetry/live-places.ts';
import { FileByteSource } from '../file-byte-source.ts';
import { fileFailure } from '../file-failure.ts';
import { isGzip } from '../gunzip.ts';

const CHUNK_BYTES = 262_144;

export interface FoundFile {
  readonly source: string;
  /** As the call names it, relative to the working folder. */
  readonly place: string;
  readonly workingFolder: string;
  readonly stats: Stats;
  readonly rotated: boolean;
}

/** A file that may still be written to, as a look at its folder found it. */
export class GrowingFile implements LiveFile {
  readonly source: string;
  readonly place: string;
  readonly identity: string;
  readonly size: number;
  readonly modifiedMs: number;
  readonly rotated: boolean;
  readonly #workingFolder: string;

  constructor({ source, place, workingFolder, stats, rotated }: FoundFile) {
    this.source = source;
    this.place = place;
    this.identity = identityOf(stats);
    this.size = stats.size;
    this.modifiedMs = stats.mtimeMs;
    this.rotated = rotated;
    this.#workingFolder = workingFolder;
  }

  async begin(limit: number): Promise<{ head: Uint8Array; compressed: boolean }> {
    const parts: Uint8Array[] = [];
    let length = 0;
    const file = await this.#open();
    let compressed: boolean;
    try {
      const raw = await this.#read(file, 0, limit);
      compressed = isGzip(raw);
      if (!compressed) return { head: raw, compressed };
    } finally {
      await file.close();
    }
    try {
      for await (const { bytes } of this.whole().open(0)) {
        parts.push(bytes);
        length += bytes.length;
        if (length >= limit) break;
      }
    } catch (error) {
      // A file that is still being compressed: what can be read of it by now counts.
      if (!(error instanceof SourceError) || error.code !== 'source-truncated') throw error;
    }
    return { head: Buffer.concat(parts).subarray(0, limit), compressed };
  }

  async *open(offset: number, end = (): number => Infinity): AsyncGenerator<ByteChunk, void, undefined> {
    const file = await this.#open();
    try {
      for (let position = offset; ;) {
        const bytes = await this.#read(file, position, Math.min(CHUNK_BYTES, Math.max(0, end() - position)));
        yield bytes.length === 0 ? { bytes, offset: position, pause: true } : { bytes, offset: position };
        position += bytes.length;
      }
    } finally {
      await file.close();
    }
  }

  whole(): ByteSource {
    return new FileByteSource(this.source, this.place, this.#workingFolder);
  }

  async #open(): Promise<FileHandle> {
    const file = await open(resolve(this.#workingFolder, this.place), 'r').catch((cause: unknown) => {
      throw fileFailure(this.place, cause);
    });
    if (identityOf(await file.stat()) === this.identity) return file;
    await file.close();
    throw new SourceError('source-replaced', `${this.place} has been replaced by another file`, {
      hint: 'It is looked at again in a moment.',
      retriable: true,
    });
  }

  /** Every chunk is a buffer of its own: readers keep them as long as a batch needs them. */
  async #read(file: FileHandle, position: number, limit: number): Promise<Uint8Array> {
    // Most looks at a live file find little: no large buffer is made for that.
    const available = Math.min(limit, Math.max(0, (await file.stat()).size - position));
    if (available === 0) return new Uint8Array();
    const buffer = Buffer.allocUnsafeSlow(available);
    try {
      const { bytesRead } = await file.read(buffer, 0, available, position);
      return buffer.subarray(0, bytesRead);
    } catch (cause) {
      throw fileFailure(this.place, cause);
    }
  }
}

function identityOf({ dev, ino }: Stats): string {
  return `${dev}:${ino}`;
}
