/** An escape that cannot be decoded; offsets count from the start of the literal. */
export interface EscapeProblem {
  readonly start: number;
  readonly end: number;
  readonly kind: 'malformed' | 'character-name';
}

export interface TextLiteral {
  readonly value: string;
  readonly problems: readonly EscapeProblem[];
}

const SIMPLE: Readonly<Record<string, string>> = {
  '\\': '\\',
  "'": "'",
  '"': '"',
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

const HEX_DIGITS: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };
const MAX_CODE_POINT = 0x10ffff;

/**
 * Decodes a quoted literal, its quotes and an optional `r` before them included. Escapes are those of Python; an unknown
 * one keeps its backslash (`'C:\Windows'`). A malformed one is reported and kept as written. `json`: `\/` is a slash.
 */
export function decodeTextLiteral(literal: string, options: { json?: boolean } = {}): TextLiteral {
  if (literal.startsWith('r')) return { value: literal.slice(2, -1), problems: [] };
  if (!literal.includes('\\')) return { value: literal.slice(1, -1), problems: [] };
  const problems: EscapeProblem[] = [];
  const end = literal.length - 1;
  let value = '';
  let at = 1;
  while (at < end) {
    const backslash = literal.indexOf('\\', at);
    if (backslash < 0 || backslash >= end) break;
    value += literal.slice(at, backslash);
    const escape = readEscape(literal, backslash, end, options.json === true);
    if (escape.problem !== undefined) {
      problems.push({ start: backslash, end: escape.next, kind: escape.problem });
    }
    value += escape.text;
    at = escape.next;
  }
  return { value: value + literal.slice(at, end), problems };
}

interface Escape {
  readonly text: string;
  readonly next: number;
  readonly problem?: EscapeProblem['kind'];
}

function readEscape(literal: string, backslash: number, end: number, json: boolean): Escape {
  const letter = literal[backslash + 1] ?? '';
  const simple = SIMPLE[letter];
  if (simple !== undefined) return { text: simple, next: backslash + 2 };
  if (letter === '/' && json) return { text: '/', next: backslash + 2 };
  const octal = /^[0-7]{1,3}/.exec(literal.slice(backslash + 1, Math.min(backslash + 4, end)))?.[0];
  if (octal !== undefined) {
    return { text: String.fromCodePoint(Number.parseInt(octal, 8)), next: backslash + 1 + octal.length };
  }
  const digits = HEX_DIGITS[letter];
  if (digits !== undefined) return readHexEscape(literal, backslash, end, digits);
  if (letter === 'N') return readNameEscape(literal, backslash, end);
  return { text: literal.slice(backslash, backslash + 2), next: backslash + 2 };
}

function readHexEscape(literal: string, backslash: number, end: number, digits: number): Escape {
  const written = /^[0-9a-fA-F]*/.exec(literal.slice(backslash + 2, Math.min(backslash + 2 + digits, end)))?.[0] ?? '';
  const codePoint = Number.parseInt(written, 16);
  const next = backslash + 2 + written.length;
  if (written.length < digits || codePoint > MAX_CODE_POINT) {
    return { text: literal.slice(backslash, next), next, problem: 'malformed' };
  }
  return { text: String.fromCodePoint(codePoint), next };
}

function readNameEscape(literal: string, backslash: number, end: number): Escape {
  const named = /^\{[^{}]+\}/.exec(literal.slice(backslash + 2, end))?.[0];
  const next = backslash + 2 + (named?.length ?? 0);
  return {
    text: literal.slice(backslash, next),
    next,
    problem: named === undefined ? 'malformed' : 'character-name',
  };
}
