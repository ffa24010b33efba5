import { compareInstants, formatInstant, type Instant } from '../../src/catalogue/instant.ts';
import type { ComparisonOperator } from '../../src/language/ast.ts';
import type { PlainValue } from './plain-record.ts';

// Values and comparisons as docs/semantics.md words them, in the plainest way. Shares nothing with the engine.

export const isTime = (value: PlainValue): value is Instant => typeof value === 'object' && !Array.isArray(value);

export function bytesOrder(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a, 'utf8'), Buffer.from(b, 'utf8'));
}

export function text(value: PlainValue): string {
  if (Array.isArray(value)) return value.join(' ');
  return isTime(value as PlainValue) ? formatInstant(value as Instant) : String(value);
}

const KINDS = ['boolean', 'number', 'time', 'string', 'list'];
const kindOf = (value: PlainValue): string => (Array.isArray(value) ? 'list' : isTime(value) ? 'time' : typeof value);

/** The one order of values. */
export function valueOrder(a: PlainValue, b: PlainValue): number {
  if (kindOf(a) !== kindOf(b)) return KINDS.indexOf(kindOf(a)) - KINDS.indexOf(kindOf(b));
  switch (kindOf(a)) {
    case 'boolean':
    case 'number':
      return Number(a) - Number(b);
    case 'time':
      return compareInstants(a as Instant, b as Instant);
    case 'string':
      return bytesOrder(a as string, b as string);
    default: {
      const [x, y] = [a as readonly string[], b as readonly string[]];
      for (let i = 0; i < Math.min(x.length, y.length); i++) {
        const order = bytesOrder(x[i]!, y[i]!);
        if (order !== 0) return order;
      }
      return x.length - y.length;
    }
  }
}

export function same(a: PlainValue | undefined, b: PlainValue | undefined): boolean {
  return a === undefined || b === undefined ? a === b : valueOrder(a, b) === 0;
}

export function asNumber(value: PlainValue): number | undefined {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(value) ? Number(value) : undefined;
}

export function asTime(value: PlainValue): Instant | undefined {
  if (isTime(value)) return value;
  const match = typeof value === 'string' && /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?Z$/.exec(value);
  if (!match) return undefined;
  const ms = Date.parse(`${match[1]}Z`);
  const nanos = Number((match[2] ?? '').padEnd(9, '0'));
  return Number.isNaN(ms) ? undefined : { ms: ms + Math.floor(nanos / 1e6), ns: nanos % 1e6 };
}

function order(a: PlainValue, b: PlainValue): number {
  const [x, y] = [asNumber(a), asNumber(b)];
  if (x !== undefined && y !== undefined) return x - y;
  if (isTime(a) || isTime(b)) {
    const [s, t] = [asTime(a), asTime(b)];
    if (s !== undefined && t !== undefined) return compareInstants(s, t);
  }
  return bytesOrder(text(a), text(b));
}

/** The positive form of a comparison of one element with one operand. */
export function satisfies(element: PlainValue, operator: ComparisonOperator, operand: PlainValue): boolean {
  switch (operator) {
    case '=':
    case 'IN':
      return order(element, operand) === 0;
    case '<':
      return order(element, operand) < 0;
    case '<=':
      return order(element, operand) <= 0;
    case '>':
      return order(element, operand) > 0;
    case '>=':
      return order(element, operand) >= 0;
    case 'LIKE':
      return like(text(operand), text(element));
    case 'MATCHES': {
      const pattern = text(operand);
      return pattern.startsWith('(?i)')
        ? new RegExp(pattern.slice(4), 'si').test(text(element))
        : new RegExp(pattern, 's').test(text(element));
    }
    case 'ISSUBSET':
      return inNetwork(text(element), text(operand));
    case 'ISSUPERSET':
      return inNetwork(text(operand), text(element));
  }
}

function like(pattern: string, subject: string): boolean {
  const source = [...pattern]
    .map((char) => (char === '%' ? '[^]*' : char === '_' ? '[^]' : char.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')))
    .join('');
  const fold = (s: string): string => s.replace(/[A-Z]/g, (c) => c.toLowerCase());
  return new RegExp(`^${fold(source)}$`, 'u').test(fold(subject));
}

/** IPv4 only: the generators write no other. */
function inNetwork(inner: string, outer: string): boolean {
  const parse = (s: string): { bits: string; prefix: number } | undefined => {
    const match = /^(\d+)\.(\d+)\.(\d+)\.(\d+)(?:\/(\d+))?$/.exec(s);
    if (!match) return undefined;
    const bits = match
      .slice(1, 5)
      .map((part) => Number(part).toString(2).padStart(8, '0'))
      .join('');
    return { bits, prefix: match[5] === undefined ? 32 : Number(match[5]) };
  };
  const [a, b] = [parse(inner), parse(outer)];
  return (
    a !== undefined &&
    b !== undefined &&
    a.prefix >= b.prefix &&
    a.bits.slice(0, b.prefix) === b.bits.slice(0, b.prefix)
  );
}
