import { compareInstants, formatInstant, type Instant } from '../catalogue/instant.ts';

/** What an attribute holds. Absent (null) is `undefined`; lists hold texts. */
export type Value = string | number | boolean | Instant | readonly string[];

export function isInstant(value: Value): value is Instant {
  return typeof value === 'object' && !Array.isArray(value);
}

/** Text as people and comparisons see it: shortest decimal form of a number, ISO 8601 for a time. */
export function textOf(value: Value): string {
  if (typeof value === 'string') return value;
  if (typeof value !== 'object') return String(value);
  return isInstant(value) ? formatInstant(value) : value.join(' ');
}

/**
 * Order of texts by the bytes of their UTF-8 form. UTF-16 order differs from it only where surrogates meet the
 * characters above them (U+E000…U+FFFF).
 */
export function compareTexts(a: string, b: string): number {
  if (a === b) return 0;
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x !== y) return codePointRank(x) - codePointRank(y);
  }
  return a.length - b.length;
}

function codePointRank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}

/** Rank of a kind in the order of values: booleans < numbers < times < texts < lists. */
function rank(value: Value): number {
  if (typeof value === 'boolean') return 0;
  if (typeof value === 'number') return 1;
  if (typeof value === 'string') return 3;
  return isInstant(value) ? 2 : 4;
}

/** The one total order of values: merges, SORT and ties use it. */
export function compareValues(a: Value, b: Value): number {
  if (a === b) return 0;
  if (typeof a === 'string' && typeof b === 'string') return compareTexts(a, b);
  const difference = rank(a) - rank(b);
  if (difference !== 0) return difference;
  if (typeof a === 'boolean') return a ? 1 : -1;
  if (typeof a === 'number') return a - (b as number);
  if (isInstant(a)) return compareInstants(a, b as Instant);
  const x = a as readonly string[];
  const y = b as readonly string[];
  for (let i = 0; i < Math.min(x.length, y.length); i++) {
    const order = compareTexts(x[i] as string, y[i] as string);
    if (order !== 0) return order;
  }
  return x.length - y.length;
}

export function sameValue(a: Value | undefined, b: Value | undefined): boolean {
  if (a === b) return true;
  if (a === undefined || b === undefined) return false;
  return typeof a === 'object' && typeof b === 'object' && compareValues(a, b) === 0;
}

/** ASCII case folded, as Windows names are compared (decision 6). */
export function foldCase(text: string): string {
  if (!/[A-Z]/.test(text)) return text;
  // All letters of an ASCII text may be folded at once, which is a multiple faster.
  return isAscii(text) ? text.toLowerCase() : text.replace(/[A-Z]+/g, (run) => run.toLowerCase());
}

/** Whether two texts are the same but for ASCII case. */
export function sameFolded(a: string, b: string): boolean {
  return a === b || (a.length === b.length && foldCase(a) === foldCase(b));
}

function isAscii(text: string): boolean {
  return !/[^\0-\x7f]/.test(text);
}

/** A sorted list without repetitions that holds the members of both. */
export function unionTexts(a: readonly string[], b: readonly string[]): readonly string[] {
  const missing = b.filter((text, i) => !a.includes(text) && b.indexOf(text) === i);
  return missing.length === 0 ? a : [...a, ...missing].sort(compareTexts);
}

/** A value as a key of a map: equal keys mean equal values. */
export function valueKey(value: Value): string {
  if (typeof value === 'string') return `s${value}`;
  if (typeof value === 'number') return `n${value}`;
  if (typeof value === 'boolean') return value ? 'bt' : 'bf';
  return isInstant(value) ? `t${value.ms}.${value.ns}` : `l${JSON.stringify(value)}`;
}
