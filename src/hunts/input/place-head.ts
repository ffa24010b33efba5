import { createHash } from 'node:crypto';

/**
 * Bytes at the head of a place that tell whether it is still the same file. Traces of one exporter begin with the same
 * schema of some 6 KB; what tells them apart comes behind it.
 */
export const HEAD_BYTES = 16_384;

export interface PlaceHead {
  /** SHA-256 of the first `headLength` bytes. */
  readonly head: string;
  readonly headLength: number;
}

/** What a place begins with, as far as it counts for its identity. */
export function placeHead(bytes: Uint8Array): PlaceHead {
  const counted = bytes.subarray(0, HEAD_BYTES);
  return { head: createHash('sha256').update(counted).digest('hex'), headLength: counted.length };
}

/** Whether a beginning tells a log from others. Half a line does not: many logs begin so. */
export function isTelling(bytes: Uint8Array): boolean {
  return bytes.length >= HEAD_BYTES || bytes.includes(0x0a);
}

/** Whether bytes begin as a place did that has been read before. Of a place never read nothing can be said. */
export function beginsAs(bytes: Uint8Array, { head, headLength }: PlaceHead): boolean {
  return headLength > 0 && bytes.length >= headLength && placeHead(bytes.subarray(0, headLength)).head === head;
}
