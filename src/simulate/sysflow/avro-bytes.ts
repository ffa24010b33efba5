/** A growing run of bytes in Avro's binary encoding. */
export class AvroBytes {
  #bytes: Buffer;
  #length = 0;

  constructor(capacity = 1 << 16) {
    this.#bytes = Buffer.allocUnsafe(capacity);
  }

  get length(): number {
    return this.#length;
  }

  /** What has been written; it may be overwritten after `clear`. */
  get written(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  clear(): void {
    this.#length = 0;
  }

  /** int or long of at most 53 bits. */
  int(value: number): void {
    this.#room(10);
    if (value >= -0x4000_0000 && value < 0x4000_0000) {
      this.#low((value << 1) ^ (value >> 31));
      return;
    }
    let rest = value >= 0 ? value * 2 : -value * 2 - 1;
    while (rest >= 0x80) {
      this.#bytes[this.#length++] = (rest % 0x80) | 0x80;
      rest = Math.floor(rest / 0x80);
    }
    this.#bytes[this.#length++] = rest;
  }

  /** A long that is not negative, as `seconds` × 10⁹ + `nanos`: times in nanoseconds are beyond what a number holds. */
  nanoseconds(seconds: number, nanos: number): void {
    this.#room(10);
    // The value doubled (zigzag), as two halves of 32 bits, from products that a number holds exactly.
    const low = (seconds % 0x10000) * 1_000_000_000 + nanos;
    const high = Math.floor(seconds / 0x10000) * 1_000_000_000;
    const sumLow = low + (high % 0x10000) * 0x10000;
    const lower = sumLow % 0x1_0000_0000;
    const upper = Math.floor(high / 0x10000) + Math.floor(sumLow / 0x1_0000_0000);
    let a = (lower * 2) % 0x1_0000_0000;
    let b = upper * 2 + Math.floor((lower * 2) / 0x1_0000_0000);
    while (b > 0 || a >= 0x80) {
      this.#bytes[this.#length++] = (a & 0x7f) | 0x80;
      a = Math.floor(a / 0x80) + (b % 0x80) * 0x200_0000;
      b = Math.floor(b / 0x80);
    }
    this.#bytes[this.#length++] = a;
  }

  text(value: string): void {
    const most = value.length * 3;
    this.#room(most + 10);
    if (value.length < 64 && isAscii(value)) {
      this.#bytes[this.#length++] = value.length << 1;
      for (let i = 0; i < value.length; i++) this.#bytes[this.#length++] = value.charCodeAt(i);
      return;
    }
    this.int(Buffer.byteLength(value));
    this.#length += this.#bytes.write(value, this.#length);
  }

  flag(value: boolean): void {
    this.#room(1);
    this.#bytes[this.#length++] = value ? 1 : 0;
  }

  /** As they are, without a length: a fixed, or something encoded already. */
  raw(bytes: Uint8Array): void {
    this.#room(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  #low(zigzag: number): void {
    let rest = zigzag >>> 0;
    while (rest >= 0x80) {
      this.#bytes[this.#length++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    this.#bytes[this.#length++] = rest;
  }

  #room(bytes: number): void {
    if (this.#length + bytes <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, this.#length + bytes));
    this.#bytes.copy(larger, 0, 0, this.#length);
    this.#bytes = larger;
  }
}

function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 0x7f) return false;
  return true;
}
