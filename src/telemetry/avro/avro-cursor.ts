/** Bytes that are no datum of their type. Thrown and caught inside the Avro readers; never leaves them. */
export class AvroDatumError extends Error {
  readonly reason: 'datum-truncated' | 'datum-malformed';

  constructor(reason: AvroDatumError['reason'], message: string) {
    super(message);
    this.name = 'AvroDatumError';
    this.reason = reason;
  }
}

/** Values inside values that one datum may have. */
const MAX_DEPTH = 64;
/**
 * Steps (items, fields) that bytes may cost: a few bytes can state a million empty items, or records of nothing but
 * records, so work is bounded by what was written.
 */
const STEPS_A_BYTE = 64;
const LEAST_STEPS = 100_000;

/**
 * Reads the primitives of the Avro binary encoding from a buffer. Reading beyond `end` is noticed at the end of a datum at
 * the latest (`finishDatum`), so single bytes are not checked; whatever takes a length or a count is.
 */
export class AvroCursor {
  bytes: Buffer = Buffer.alloc(0);
  at = 0;
  end = 0;
  /** The last long read by `long`: signed upper and unsigned lower half. */
  high = 0;
  low = 0;
  #depth = 0;
  #stepsLeft = 0;

  /** Goes to the beginning of other bytes. */
  reset(bytes: Buffer, at = 0, end = bytes.length): void {
    this.bytes = bytes;
    this.at = at;
    this.end = end;
    this.#stepsLeft = LEAST_STEPS + STEPS_A_BYTE * (end - at);
  }

  startDatum(): void {
    this.#depth = 0;
  }

  finishDatum(): void {
    if (this.at > this.end) throw truncated();
  }

  /** A long or int as a number; beyond 2^53 it has lost digits (`long` keeps them). */
  number(): number {
    const { bytes } = this;
    let at = this.at;
    let byte = bytes[at++] as number;
    let low = byte & 0x7f;
    if (byte >= 0x80) {
      byte = bytes[at++] as number;
      low |= (byte & 0x7f) << 7;
      if (byte >= 0x80) {
        byte = bytes[at++] as number;
        low |= (byte & 0x7f) << 14;
        if (byte >= 0x80) {
          byte = bytes[at++] as number;
          low |= (byte & 0x7f) << 21;
          if (byte >= 0x80) {
            this.long();
            return this.high * 0x1_0000_0000 + this.low;
          }
        }
      }
    }
    this.at = at;
    return (low >>> 1) ^ -(low & 1);
  }

  /** A long, exact, in `high` and `low`. */
  long(): void {
    const { bytes } = this;
    let at = this.at;
    let first = 0;
    let middle = 0;
    let last = 0;
    let byte = 0;
    let shift = 0;
    do {
      byte = bytes[at++] as number;
      first |= (byte & 0x7f) << shift;
      shift += 7;
    } while (byte >= 0x80 && shift < 28);
    if (byte >= 0x80) {
      shift = 0;
      do {
        byte = bytes[at++] as number;
        middle |= (byte & 0x7f) << shift;
        shift += 7;
      } while (byte >= 0x80 && shift < 28);
      if (byte >= 0x80) {
        byte = bytes[at++] as number;
        last = byte & 0x7f;
        if (byte >= 0x80) {
          byte = bytes[at++] as number;
          last |= (byte & 0x7f) << 7;
          if (byte > 1) throw malformed('a number takes more than 64 bits');
        }
      }
    }
    this.at = at;
    const low = (first | (middle << 28)) >>> 0;
    const high = ((middle >>> 4) | (last << 24)) >>> 0;
    const sign = -(low & 1);
    this.low = (((low >>> 1) | (high << 31)) ^ sign) >>> 0;
    this.high = (high >>> 1) ^ sign;
  }

  /** A long exactly: a number up to 2^53, a bigint beyond. */
  exactLong(): number | bigint {
    const value = this.number();
    return Number.isSafeInteger(value) ? value : (BigInt(this.high) << 32n) | BigInt(this.low);
  }

  /** An int; a longer number is none. */
  int(): number {
    const value = this.number();
    if (value !== (value | 0)) throw malformed('an int takes more than 32 bits');
    return value;
  }

  /** Passes over a long or int. */
  skipNumber(): void {
    const { bytes } = this;
    const limit = this.at + 10;
    while ((bytes[this.at++] as number) >= 0x80)
      if (this.at >= limit) throw malformed('a number takes more than 64 bits');
  }

  /** Index of a union branch or enum symbol, of `count`. */
  index(count: number): number {
    const index = this.number();
    if (index < 0 || index >= count) throw this.at > this.end ? truncated() : malformed('no such branch or symbol');
    return index;
  }

  boolean(): boolean {
    const byte = this.bytes[this.take(1)] as number;
    if (byte > 1) throw malformed('a boolean is neither 0 nor 1');
    return byte === 1;
  }

  float(): number {
    return this.bytes.readFloatLE(this.take(4));
  }

  double(): number {
    return this.bytes.readDoubleLE(this.take(8));
  }

  /** Passes over `length` bytes and gives where they begin. */
  take(length: number): number {
    const start = this.at;
    if (start + length > this.end) throw truncated();
    this.at = start + length;
    return start;
  }

  /** Passes over a length and as many bytes; gives where they begin, `at` being where they end. */
  takeSized(): number {
    const length = this.number();
    if (length < 0) throw malformed('a length is negative');
    return this.take(length);
  }

  text(): string {
    const start = this.takeSized();
    return this.bytes.toString('utf8', start, this.at);
  }

  /** A copy: the buffer is reused. */
  copy(length: number): Buffer {
    const start = this.take(length);
    return Buffer.from(this.bytes.subarray(start, this.at));
  }

  /**
   * Number of items of the next block of an array or map, 0 at its end; `sized` blocks tell their bytes, to be skipped.
   */
  blockCount(): number {
    let count = this.number();
    if (count < 0) {
      count = -count;
      this.skipNumber();
    }
    if (this.at > this.end) throw truncated();
    this.step(count);
    return count;
  }

  /** Passes over blocks that tell their size; gives the number of items of a block that does not, 0 at the end. */
  skipSizedBlocks(): number {
    for (;;) {
      const count = this.number();
      if (this.at > this.end) throw truncated();
      if (count >= 0) {
        this.step(count);
        return count;
      }
      this.takeSized();
    }
  }

  step(count: number): void {
    this.#stepsLeft -= count;
    if (this.#stepsLeft < 0) throw malformed('a datum has more parts than its bytes can mean');
  }

  enter(): void {
    if (++this.#depth > MAX_DEPTH) throw malformed('values nest too deep');
  }

  leave(): void {
    this.#depth--;
  }
}

function truncated(): AvroDatumError {
  return new AvroDatumError('datum-truncated', 'the bytes end inside a datum');
}

function malformed(message: string): AvroDatumError {
  return new AvroDatumError('datum-malformed', message);
}
