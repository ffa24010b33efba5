/**
 * 64-bit hash of a text as two 32-bit lanes, for record ids (decision 4): unseeded, the same in every process and version.
 * Two multiply-and-xor lanes over the UTF-16 units, each mixed with the other at the end.
 */
export interface RecordHash {
  readonly high: number;
  readonly low: number;
}

export function recordHash(text: string): RecordHash {
  let high = 0x9ae16a3b;
  let low = 0x2f90404f;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    high = Math.imul((high << 13) | (high >>> 19), 0x85ebca77) ^ Math.imul(unit, 0xc2b2ae3d);
    low = Math.imul(low ^ unit, 0x01000193) ^ (low >>> 15);
  }
  high ^= text.length;
  low ^= Math.imul(text.length, 0x9e3779b1);
  for (let round = 0; round < 2; round++) {
    high = Math.imul(high ^ (high >>> 16), 0x85ebca6b) ^ Math.imul(low ^ (low >>> 13), 0xc2b2ae35);
    low = Math.imul(low ^ (low >>> 16), 0x27d4eb2f) ^ Math.imul(high ^ (high >>> 13), 0x165667b1);
  }
  return { high: high >>> 0, low: low >>> 0 };
}

const eight = Buffer.alloc(8);

/** 16 lower-case hex digits. */
export function recordHashText(hash: RecordHash): string {
  // Written at once: a text put together of two would keep both of them, and a GET keeps one of each member.
  eight.writeUInt32BE(hash.high >>> 0, 0);
  eight.writeUInt32BE(hash.low >>> 0, 4);
  return eight.toString('hex');
}
