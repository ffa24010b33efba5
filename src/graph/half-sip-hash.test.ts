import { expect, test } from 'vitest';
import { halfSipHash } from './half-sip-hash.ts';

test('gives the published values for inputs of 0, 1, 2 … bytes under the published key', () => {
  const published = [0x5814c896, 0xe7e864ca, 0xbc4b0e30, 0x01539939, 0x7e059ea6, 0x88e3d89b, 0xa0080b65, 0x9d38d9d6];
  const bytes = Uint8Array.from({ length: 70 }, (_, i) => i - 3);
  for (const [size, hash] of published.entries()) {
    expect(halfSipHash(bytes, 3, size, [0x03020100, 0x07060504]) >>> 0, `${size} bytes`).toBe(hash);
  }
  expect(halfSipHash(bytes, 3, 63, [0x03020100, 0x07060504]) >>> 0).toBe(0x87178304);
});
