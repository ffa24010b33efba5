/** Every finite double is a whole multiple of 2^−1074. */
const SCALE = 1074n;
const SIGNIFICANT = 64;

/**
 * A sum of doubles without rounding, from which values can be taken back: the same whatever their order. Whole numbers
 * are added as they are while the sum is exact; everything else as integers of any size.
 */
export class ExactSum {
  #whole = 0;
  #scaled = 0n;

  /** `value`: finite. */
  add(value: number): void {
    if (Number.isSafeInteger(value)) {
      const sum = this.#whole + value;
      if (Number.isSafeInteger(sum)) {
        this.#whole = sum;
        return;
      }
    }
    this.#scaled += scaled(value);
  }

  remove(value: number): void {
    this.add(-value);
  }

  /** The nearest double; infinite beyond the greatest. */
  get value(): number {
    if (this.#scaled === 0n) return this.#whole;
    return rounded(this.#scaled + (BigInt(this.#whole) << SCALE));
  }
}

function scaled(value: number): bigint {
  const bits = new DataView(new ArrayBuffer(8));
  bits.setFloat64(0, value);
  const raw = bits.getBigUint64(0);
  const exponent = (raw >> 52n) & 0x7ffn;
  const fraction = raw & 0xfffffffffffffn;
  const magnitude = exponent === 0n ? fraction : (fraction | 0x10000000000000n) << (exponent - 1n);
  return value < 0 ? -magnitude : magnitude;
}

function rounded(sum: bigint): number {
  const magnitude = sum < 0n ? -sum : sum;
  const digits = magnitude.toString(16);
  const length = 4 * digits.length - (Math.clz32(Number.parseInt(digits[0] as string, 16)) - 28);
  const shift = BigInt(Math.max(0, length - SIGNIFICANT));
  let kept = magnitude >> shift;
  // A bit for all that is cut off, so that a half is known from a little more than a half.
  if (kept << shift !== magnitude) kept |= 1n;
  const value = scaledNumber(Number(kept), Number(shift) - Number(SCALE));
  return sum < 0n ? -value : value;
}

/** `value` · 2^`exponent`, where one power of two alone may lie beyond the doubles. */
function scaledNumber(value: number, exponent: number): number {
  return exponent < -1000 ? value * 2 ** -1000 * 2 ** (exponent + 1000) : value * 2 ** exponent;
}
