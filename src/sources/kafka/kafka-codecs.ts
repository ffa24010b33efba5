import type * as Lz4 from 'lz4-napi';
import { promisify } from 'node:util';
import zlib from 'node:zlib';
import { SourceError } from '../../errors/windhover-error.ts';
import { packSnappy, unpackSnappy } from './snappy-frames.ts';

/** What one compressed set of messages may unpack to; producers send a few megabytes at most. */
export const MAX_UNPACKED_BYTES = 256 * 1024 * 1024;

export interface KafkaCodec {
  compress(encoder: { readonly buffer: Buffer }): Promise<Buffer>;
  decompress(bytes: Buffer): Promise<Buffer>;
}

/** What Node has from 22.15 on. */
type Zstd = (bytes: Buffer, options?: { readonly maxOutputLength: number }) => Promise<Buffer>;

/** Bits of a record batch's attributes → how it is packed. Libraries are loaded with the first batch that needs them. */
export function kafkaCodecs(): ReadonlyMap<number, () => KafkaCodec> {
  const zstd = zlib as { readonly zstdDecompress?: unknown; readonly zstdCompress?: unknown };
  const limit = { maxOutputLength: MAX_UNPACKED_BYTES };
  const gzip = promisify(zlib.gzip) as (bytes: Buffer) => Promise<Buffer>;
  const gunzip = promisify(zlib.gunzip) as (bytes: Buffer, options: zlib.ZlibOptions) => Promise<Buffer>;
  return new Map([
    [1, () => codec(gzip, (bytes) => gunzip(bytes, limit))],
    [2, () => codec(packSnappy, (bytes) => unpackSnappy(bytes, MAX_UNPACKED_BYTES))],
    [3, () => codec(packLz4, unpackLz4)],
    [
      4,
      () => {
        const { zstdCompress: pack, zstdDecompress: unpack } = zstd;
        if (typeof unpack !== 'function' || typeof pack !== 'function') throw noZstd();
        return codec(promisify(pack) as Zstd, (bytes) => (promisify(unpack) as Zstd)(bytes, limit));
      },
    ],
  ]);
}

/** The library is loaded in one place. */
const lz4 = (): Promise<typeof Lz4> => import('lz4-napi');

async function packLz4(bytes: Buffer): Promise<Buffer> {
  return (await lz4()).compressFrame(bytes);
}

async function unpackLz4(bytes: Buffer): Promise<Buffer> {
  const { decompressFrame } = await lz4();
  const unpacked = await decompressFrame(bytes);
  // What is no frame unpacks to nothing without an error.
  if (unpacked.length === 0) throw new Error('lz4 data holds nothing');
  return unpacked;
}

type Transform = (bytes: Buffer) => Promise<Buffer>;

function codec(pack: Transform, unpack: Transform): KafkaCodec {
  return { compress: ({ buffer }) => pack(buffer), decompress: unpack };
}

function noZstd(): SourceError {
  return new SourceError('kafka-codec', 'a topic is compressed with zstd, which this version of Node cannot do', {
    hint: 'Run with Node 22.15 or later, or have the producers use gzip, snappy or lz4.',
  });
}
