import { promisify } from 'node:util';
import zlib from 'node:zlib';
import { SourceError } from '../../errors/windhover-error.ts';
import { unpackSnappy } from './snappy-frames.ts';

/** What one compressed set of messages may unpack to; producers send a few megabytes at most. */
export const MAX_UNPACKED_BYTES = 256 * 1024 * 1024;

export interface KafkaCodec {
  compress(encoder: { readonly buffer: Buffer }): Promise<Buffer>;
  decompress(bytes: Buffer): Promise<Buffer>;
}

/** `decompress` where Node has it (22.15 and later). */
type Zstd = (bytes: Buffer, options: { readonly maxOutputLength: number }) => Promise<Buffer>;

/** Bits of a record batch's attributes → how it is unpacked. Libraries are loaded with the first batch that needs them. */
export function kafkaCodecs(): ReadonlyMap<number, () => KafkaCodec> {
  const zstd = (zlib as { readonly zstdDecompress?: unknown }).zstdDecompress;
  const limit = { maxOutputLength: MAX_UNPACKED_BYTES };
  const gunzip = promisify(zlib.gunzip) as (bytes: Buffer, options: zlib.ZlibOptions) => Promise<Buffer>;
  return new Map([
    [1, () => reading((bytes) => gunzip(bytes, limit))],
    [2, () => reading((bytes) => unpackSnappy(bytes, MAX_UNPACKED_BYTES))],
    [3, () => reading(unpackLz4)],
    [
      4,
      () => {
        if (typeof zstd !== 'function') throw noZstd();
        return reading((bytes) => (promisify(zstd) as Zstd)(bytes, limit));
      },
    ],
  ]);
}

async function unpackLz4(bytes: Buffer): Promise<Buffer> {
  const { decompressFrame } = await import('lz4-napi');
  const unpacked = await decompressFrame(bytes);
  // What is no frame unpacks to nothing without an error.
  if (unpacked.length === 0) throw new Error('lz4 data holds nothing');
  return unpacked;
}

function reading(decompress: (bytes: Buffer) => Promise<Buffer>): KafkaCodec {
  return {
    compress: () => Promise.reject(new Error('the source only reads')),
    decompress,
  };
}

function noZstd(): SourceError {
  return new SourceError('kafka-codec', 'a topic is compressed with zstd, which this version of Node cannot unpack', {
    hint: 'Run with Node 22.15 or later, or have the producers use gzip, snappy or lz4.',
  });
}
