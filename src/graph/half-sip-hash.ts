/** Two words that nobody outside knows. */
export type HashKey = readonly [number, number];

/**
 * HalfSipHash-1-3 (Aumasson, Bernstein: "SipHash: a fast short-input PRF"): 32 bits. Without the key nobody can prepare
 * inputs that collide, so a table over telemetry does not become a list.
 *
 * @returns the hash as a signed integer
 */
export function halfSipHash(bytes: Uint8Array, from: number, size: number, key: HashKey): number {
  let v0: number = key[0];
  let v1: number = key[1];
  let v2: number = 0x6c796765 ^ key[0];
  let v3: number = 0x74656462 ^ key[1];
  const whole = from + (size & ~3);
  // The words of the input, a last one with the rest and the length, and three rounds of nothing.
  for (let at = from, rounds = (size >> 2) + 4; rounds > 0; rounds--, at += 4) {
    let word = 0;
    if (at < whole) word = wordAt(bytes, at, 4);
    else if (at === whole) word = wordAt(bytes, at, size & 3) | (size << 24);
    else if (at === whole + 4) v2 ^= 0xff;
    v3 ^= word;
    v0 = (v0 + v1) | 0;
    v1 = (v1 << 5) | (v1 >>> 27);
    v1 ^= v0;
    v0 = (v0 << 16) | (v0 >>> 16);
    v2 = (v2 + v3) | 0;
    v3 = (v3 << 8) | (v3 >>> 24);
    v3 ^= v2;
    v0 = (v0 + v3) | 0;
    v3 = (v3 << 7) | (v3 >>> 25);
    v3 ^= v0;
    v2 = (v2 + v1) | 0;
    v1 = (v1 << 13) | (v1 >>> 19);
    v1 ^= v2;
    v2 = (v2 << 16) | (v2 >>> 16);
    v0 ^= word;
  }
  return v1 ^ v3;
}

function wordAt(bytes: Uint8Array, at: number, count: number): number {
  let word = 0;
  for (let i = 0; i < count; i++) word |= (bytes[at + i] as number) << (8 * i);
  return word;
}
