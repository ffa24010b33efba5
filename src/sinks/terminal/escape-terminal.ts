/**
 * Characters that move the cursor, change the terminal, reorder or hide text: control characters (C0, DEL, C1), bidi
 * controls, line and paragraph separators, invisible format characters and tags, and halves of surrogate pairs.
 * Joiners stay: scripts and emoji need them.
 */
const UNSAFE =
  /[\p{Cc}\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e007f}]|\p{Cs}/gu;

const NAMED: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

export interface EscapeOptions {
  /** Longest result in UTF-16 units, the mark `…` of a cut included. Default: no bound. */
  readonly maxLength?: number;
}

/**
 * The text as it may be shown on a terminal: what could act on it is written out (`\x1b`, `\u202e`), on one line.
 * Telemetry is written by attackers; every value goes through here before it reaches a terminal. Backslashes are
 * left alone, as paths are full of them: an escape is for reading, not for turning back.
 */
export function escapeTerminal(text: string, options: EscapeOptions = {}): string {
  const { maxLength } = options;
  if (maxLength === undefined) return text.replace(UNSAFE, visible);
  // An escape only lengthens: what comes after the bound cannot be seen, and need not be looked at.
  const escaped = text.slice(0, maxLength + 1).replace(UNSAFE, visible);
  return escaped.length <= maxLength ? escaped : cut(escaped, maxLength);
}

function visible(character: string): string {
  const code = character.codePointAt(0)!;
  if (NAMED[character] !== undefined) return NAMED[character];
  const hex = code.toString(16);
  if (code <= 0xff) return `\\x${hex.padStart(2, '0')}`;
  return code <= 0xffff ? `\\u${hex.padStart(4, '0')}` : `\\u{${hex}}`;
}

function cut(text: string, maxLength: number): string {
  if (maxLength <= 0) return '';
  let end = maxLength - 1;
  const code = text.charCodeAt(end - 1);
  if (code >= 0xd800 && code <= 0xdbff) end--;
  return `${text.slice(0, end)}…`;
}
