import type { Value } from '../../graph/value.ts';

const PLAIN_DECIMAL = /^-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
/** Longer digit strings are identifiers, not quantities, and would lose digits. */
const MAX_DECIMAL_LENGTH = 40;

/** The number a value stands for, or NaN: numbers, and texts that are plain decimal numbers. */
export function decimalOf(value: Value): number {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string' || value.length === 0 || value.length > MAX_DECIMAL_LENGTH) return NaN;
  const first = value.charCodeAt(0);
  if (first !== 45 && (first < 48 || first > 57)) return NaN;
  return PLAIN_DECIMAL.test(value) ? Number(value) : NaN;
}
