import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AvroBytes } from './avro-bytes.ts';

/** Zigzag, then seven bits at a time: as the specification of Avro says, in exact integers. */
function decoded(bytes: Uint8Array): bigint {
  const zigzag = [...bytes].reduce((sum, byte, i) => sum | (BigInt(byte & 0x7f) << BigInt(7 * i)), 0n);
  return (zigzag >> 1n) ^ -(zigzag & 1n);
}

function written(write: (bytes: AvroBytes) => void): Buffer {
  const bytes = new AvroBytes(1);
  write(bytes);
  return Buffer.from(bytes.written);
}

const letter = fc.constantFrom('a', 'Z', '/', '\u0000', 'é', '漢', '😀', '\ud800');
const text = fc.oneof(fc.string({ maxLength: 300 }), fc.string({ unit: letter, maxLength: 100 }));

describe('Avro bytes', () => {
  it('hold whole numbers', () => {
    fc.assert(
      fc.property(fc.oneof(fc.maxSafeInteger(), fc.integer(), fc.integer({ min: -70, max: 70 })), (value) => {
        fc.pre(Math.abs(value) <= Number.MAX_SAFE_INTEGER / 2);
        expect(decoded(written((bytes) => bytes.int(value)))).toBe(BigInt(value));
      }),
    );
  });

  it('hold times in nanoseconds, beyond what a number holds', () => {
    fc.assert(
      fc.property(fc.nat(4_294_967_295), fc.nat(999_999_999), (seconds, nanos) => {
        const bytes = written((all) => all.nanoseconds(seconds, nanos));
        expect(decoded(bytes)).toBe(BigInt(seconds) * 1_000_000_000n + BigInt(nanos));
        expect(bytes.at(-1) === 0 && bytes.length > 1).toBe(false);
      }),
    );
  });

  it('hold texts of any length and script', () => {
    fc.assert(
      fc.property(text, (value) => {
        const bytes = written((all) => all.text(value));
        const expected = Buffer.from(value, 'utf8');
        expect(bytes.subarray(bytes.length - expected.length).equals(expected)).toBe(true);
        expect(decoded(bytes.subarray(0, bytes.length - expected.length))).toBe(BigInt(expected.length));
      }),
    );
  });
});
