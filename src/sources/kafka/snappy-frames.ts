import type * as Snappy from 'snappy';

/** Begins what the Java client writes: blocks of their own behind a head of sixteen bytes. */
const MAGIC = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00]);
const HEAD_BYTES = 16;

/** Unpacks snappy as Kafka clients write it: one block, or the frames of the Java client. Throws for more than `limit` bytes. */
export async function unpackSnappy(bytes: Buffer, limit: number): Promise<Buffer> {
  if (!bytes.subarray(0, MAGIC.length).equals(MAGIC)) return unpackBlock(bytes, limit);
  const parts: Buffer[] = [];
  let size = 0;
  for (let at = HEAD_BYTES; at < bytes.length;) {
    const length = bytes.readInt32BE(at);
    at += 4;
    if (length < 0 || at + length > bytes.length) throw new Error('a snappy frame is cut off');
    const part = await unpackBlock(bytes.subarray(at, at + length), limit - size);
    size += part.length;
    parts.push(part);
    at += length;
  }
  return Buffer.concat(parts);
}

/** Packs as one block, which all clients read. */
export async function packSnappy(bytes: Buffer): Promise<Buffer> {
  return (await snappy()).compress(bytes);
}

const snappy = (): Promise<typeof Snappy> => import('snappy');

async function unpackBlock(block: Buffer, limit: number): Promise<Buffer> {
  if (unpackedLength(block) > limit) throw new Error('snappy data unpacks to too much');
  const { uncompress } = await snappy();
  return (await uncompress(block, { asBuffer: true })) as Buffer;
}

/** What a block says of its length: a varint at its beginning. */
function unpackedLength(block: Buffer): number {
  let length = 0;
  for (let at = 0; at < Math.min(5, block.length); at++) {
    const byte = block[at] as number;
    length += (byte & 0x7f) * 2 ** (7 * at);
    if (byte < 0x80) return length;
  }
  throw new Error('a snappy block has no length');
}
