import { formatInstant } from '../../catalogue/instant.ts';
import { isInstant, type Value } from '../../graph/value.ts';
import type { GroupKey } from '../../language/ast.ts';
import { decimalOf } from '../comparison/decimal.ts';
import { timeOf } from '../comparison/value-test.ts';

const UNIT_MS = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1000 } as const;

type Bin = Pick<Extract<GroupKey, { kind: 'bin' }>, 'size' | 'unit'>;

/**
 * The bin that a value falls into: the greatest multiple of the size that is not above it, also below zero (A32). With a
 * unit bins of time, aligned to 1970-01-01T00:00:00Z, for times and texts that are timestamps; without one bins of
 * numbers. What is neither falls into the null bin.
 */
export function binValue(value: Value | undefined, { size, unit }: Bin): Value | undefined {
  if (value === undefined) return undefined;
  if (unit === undefined) {
    const number = decimalOf(value);
    return Number.isFinite(number) ? size * Math.floor(number / size) + 0 : undefined;
  }
  const time = timeOf(value);
  if (time === undefined) return undefined;
  const step = size * UNIT_MS[unit];
  const ms = step * Math.floor(time.ms / step) + 0;
  return Number.isSafeInteger(ms) ? { ms, ns: 0 } : undefined;
}

/** A value as part of a row's key: injective, and readable. */
export function cellText(value: Value | undefined): unknown {
  if (value === undefined) return null;
  return typeof value === 'object' && isInstant(value) ? { time: formatInstant(value) } : value;
}
