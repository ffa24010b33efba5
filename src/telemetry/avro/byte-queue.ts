/** Bytes that have arrived and are not used yet, in one piece only when asked for. */
export class ByteQueue {
  #chunks: Uint8Array[] = [];
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#chunks.push(bytes);
    this.#length += bytes.length;
  }

  /** All of it in one piece; valid until the next `push` or `drop`. */
  peek(): Buffer {
    if (this.#chunks.length !== 1) this.#chunks = this.#length === 0 ? [] : [Buffer.concat(this.#chunks, this.#length)];
    const [only] = this.#chunks;
    return only === undefined ? Buffer.alloc(0) : Buffer.from(only.buffer, only.byteOffset, only.byteLength);
  }

  /** Forgets the first `count` bytes. */
  drop(count: number): void {
    const bytes = this.peek();
    this.#chunks = count < bytes.length ? [bytes.subarray(count)] : [];
    this.#length = Math.max(0, bytes.length - count);
  }
}
