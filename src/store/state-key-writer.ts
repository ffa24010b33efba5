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
  #bytes: Uint8Array;
  #length: number;

  /** `beginning`: of the key. */
  constructor(beginning: Uint8Array) {
    this.#bytes = new Uint8Array(Math.max(64, beginning.length + 32));
    this.#bytes.set(beginning);
    this.#length = beginning.length;
  }

  part(part: string | number | Uint8Array): this {
    if (typeof part === 'number') return this.#integer(part);
    if (typeof part === 'string') return this.#escaped(KEY_PART.text, Buffer.from(part, 'utf8'));
    return this.#escaped(KEY_PART.bytes, part);
  }

  /** The key, as an array of its own. */
  finish(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }

  #integer(value: number): this {
    if (!Number.isSafeInteger(value)) throw new RangeError(`not a safe integer: ${value}`);
    this.#push(KEY_PART.integer);
    this.#reserve(8);
    const view = new DataView(this.#bytes.buffer, this.#length, 8);
    const high = Math.floor(value / 2 ** 32);
    view.setInt32(0, high);
    view.setUint8(0, view.getUint8(0) ^ SIGN);
    view.setUint32(4, value - high * 2 ** 32);
    this.#length += 8;
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
    grown.set(this.#bytes);
    this.#bytes = grown;
  }
}
