import zlib, { gzipSync } from 'node:zlib';
import { compressFrame } from 'lz4-napi';
import { compress } from 'snappy';
import { describe, expect, it } from 'vitest';
import { kafkaCodecs } from './kafka-codecs.ts';
import { unpackSnappy } from './snappy-frames.ts';

const text = Buffer.from('records '.repeat(10_000));
const unpack = (type: number, bytes: Buffer): Promise<Buffer> => kafkaCodecs().get(type)!().decompress(bytes);

/** What the Java client writes: a head, then blocks with their lengths. */
async function javaSnappy(...parts: readonly Buffer[]): Promise<Buffer> {
  const head = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0, 0, 0, 0, 1, 0, 0, 0, 1]);
  const blocks: Buffer[] = [head];
  for (const part of parts) {
    const block = await compress(part);
    const length = Buffer.alloc(4);
    length.writeInt32BE(block.length);
    blocks.push(length, block);
  }
  return Buffer.concat(blocks);
}

describe('codecs of Kafka', () => {
  it('unpack gzip, snappy in both its forms, and lz4', async () => {
    expect(await unpack(1, gzipSync(text))).toEqual(text);
    expect(await unpack(2, await compress(text))).toEqual(text);
    expect(await unpack(2, await javaSnappy(text, Buffer.from('end')))).toEqual(
      Buffer.concat([text, Buffer.from('end')]),
    );
    expect(await unpack(3, await compressFrame(text))).toEqual(text);
  });

  it('unpack zstd where Node can, and say what to do where it cannot', async () => {
    const { zstdCompressSync } = zlib as { zstdCompressSync?: (bytes: Buffer) => Buffer };
    if (zstdCompressSync === undefined) {
      expect(() => kafkaCodecs().get(4)!()).toThrow(
        expect.objectContaining({ code: 'kafka-codec', hint: expect.stringContaining('22.15') }),
      );
    } else expect(await unpack(4, zstdCompressSync(text))).toEqual(text);
  });

  it('refuse what is damaged or unpacks to too much', async () => {
    const packed = await compress(text);
    await expect(unpackSnappy(packed, text.length - 1)).rejects.toThrow('too much');
    await expect(unpackSnappy(await javaSnappy(text, text), text.length * 2 - 1)).rejects.toThrow('too much');
    await expect(unpackSnappy((await javaSnappy(text)).subarray(0, 40), 1e6)).rejects.toThrow('cut off');
    await expect(unpackSnappy(Buffer.alloc(0), 1e6)).rejects.toThrow('no length');
    await expect(unpack(1, Buffer.from('junk'))).rejects.toThrow();
    await expect(unpack(3, Buffer.from('junk'))).rejects.toThrow();
  });
});
