/** First byte of a part; parts of different kinds never share a position, but keys stay readable without a schema. */
export const KEY_PART = { bytes: 1, text: 2, integer: 3 } as const;

const SIGN = 0x80;

/**
 * Builds keys whose byte order is the order of their parts.
 *
 * A part is its kind and its content. Texts and bytes end with 00, a 00 within is written 00 fe: so what ends comes
 * before what goes on. Integers are 8 bytes, big-endian, the sign bit flipped.
 */
export class StateKeyWriter {
  #bytes = new Uint8Array(256);
  #length = 0;

  /** Starts a key that begins so; the one before is given up. */
  begin(beginning: Uint8Array): this {
    this.#length = 0;
    this.#reserve(beginning.length);
    this.#bytes.set(beginning);
    this.#length = beginning.length;
    return this;
  }

  part(part: string | number | Uint8Array): this {
    if (typeof part === 'number') return this.#integer(part);
    if (typeof part === 'string') return this.#escaped(KEY_PART.text, Buffer.from(part, 'utf8'));
    return this.#escaped(KEY_PART.bytes, part);
  }

  /** The key, as an array of its own; the writer may begin the next one. */
  finish(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }

  #integer(value: number): this {
    if (!Number.isSafeInteger(value)) throw new RangeError(`not a safe integer: ${value}`);
    this.#reserve(9);
    const bytes = this.#bytes;
    const high = Math.floor(value / 2 ** 32);
    const low = value - high * 2 ** 32;
    let at = this.#length;
    bytes[at++] = KEY_PART.integer;
    bytes[at++] = ((high >> 24) & 0xff) ^ SIGN;
    bytes[at++] = high >> 16;
    bytes[at++] = high >> 8;
    bytes[at++] = high;
    bytes[at++] = low >>> 24;
    bytes[at++] = low >>> 16;
    bytes[at++] = low >>> 8;
    bytes[at++] = low;
    this.#length = at;
    return this;
  }

  #escaped(kind: number, bytes: Uint8Array): this {
    this.#push(kind);
    for (const byte of bytes) {
      this.#push(byte);
      if (byte === 0) this.#push(0xfe);
    }
    this.#push(0);
    return this;
  }

  #push(byte: number): void {
    this.#reserve(1);
    this.#bytes[this.#length++] = byte;
  }

  #reserve(count: number): void {
    if (this.#length + count <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(this.#bytes.length * 2, this.#length + count));
    grown.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = grown;
  }
}
