/**
 * The digits of a number as a JSON text writes them, found by its path; `undefined` if it is not there.
 * For numbers that `JSON.parse` rounds. `text` is valid JSON; of equal keys the last one counts, as in `JSON.parse`.
 */
export function rawNumber(text: string, path: readonly string[]): string | undefined {
  let start = skipBlanks(text, 0);
  for (const key of path) {
    const inner = memberStart(text, start, key);
    if (inner === undefined) return undefined;
    start = inner;
  }
  return /^-?\d[\d.eE+-]*/u.exec(text.slice(start, start + 400))?.[0];
}

/**
 * The text of a member's value as it is written, numbers with all their digits; `undefined` if it is not there. `text` is a
 * JSON object.
 */
export function rawMember(text: string, key: string): string | undefined {
  const start = memberStart(text, skipBlanks(text, 0), key);
  return start === undefined ? undefined : text.slice(start, valueEnd(text, start)).trimEnd();
}

/** Start of the value of the last member `key` of the object that begins at `at`. */
function memberStart(text: string, at: number, key: string): number | undefined {
  if (text.charAt(at) !== '{') return undefined;
  let found: number | undefined;
  let position = skipBlanks(text, at + 1);
  while (text.charAt(position) === '"') {
    const end = stringEnd(text, position);
    const name = JSON.parse(text.slice(position, end)) as string;
    const value = skipBlanks(text, skipBlanks(text, end) + 1);
    if (name === key) found = value;
    position = skipBlanks(text, valueEnd(text, value));
    if (text.charAt(position) !== ',') break;
    position = skipBlanks(text, position + 1);
  }
  return found;
}

function skipBlanks(text: string, at: number): number {
  while (' \t\r\n'.includes(text.charAt(at)) && at < text.length) at++;
  return at;
}

/** Position after the string that begins at `at`. */
function stringEnd(text: string, at: number): number {
  for (let i = at + 1; i < text.length; i++) {
    const unit = text.charAt(i);
    if (unit === '\\') i++;
    else if (unit === '"') return i + 1;
  }
  return text.length;
}

function valueEnd(text: string, at: number): number {
  let depth = 0;
  for (let i = at; i < text.length; i++) {
    const unit = text.charAt(i);
    if (unit === '"') i = stringEnd(text, i) - 1;
    else if (unit === '{' || unit === '[') depth++;
    else if (unit === '}' || unit === ']') {
      if (depth === 0) return i;
      depth--;
    } else if (unit === ',' && depth === 0) return i;
    if (depth === 0 && (unit === '}' || unit === ']')) return i + 1;
  }
  return text.length;
}
