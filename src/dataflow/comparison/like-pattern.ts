import { foldCase } from '../../graph/value.ts';

/**
 * LIKE: whole value, `%` any run, `_` one character, ASCII case-insensitive. Matched by its literal segments, so in
 * time linear in the value for every pattern: no regular expression, no backtracking.
 */
export function likePattern(pattern: string): (text: string) => boolean {
  const segments = foldCase(pattern).split('%');
  const first = segments[0] as string;
  if (segments.length === 1) {
    return first.includes('_')
      ? (text) => fits(foldCase(text), 0, first) === text.length
      : (text) => text.length === first.length && foldCase(text) === first;
  }
  const last = segments.at(-1) as string;
  const middle = segments.slice(1, -1).filter((segment) => segment !== '');
  const plain = !pattern.includes('_');
  if (plain && first === '' && last === '' && middle.length === 1) {
    const needle = middle[0] as string;
    return (text) => foldCase(text).includes(needle);
  }
  return (text) => {
    const folded = foldCase(text);
    let at = fits(folded, 0, first);
    if (at < 0) return false;
    for (const segment of middle) {
      at = search(folded, at, segment);
      if (at < 0) return false;
    }
    return endsWith(folded, at, last);
  };
}

/** Index behind `segment` where it fits at `at`, else −1. `_` stands for one character (code point). */
function fits(text: string, at: number, segment: string): number {
  if (!segment.includes('_')) return text.startsWith(segment, at) ? at + segment.length : -1;
  for (const char of segment) {
    if (at >= text.length) return -1;
    if (char === '_') {
      at += (text.codePointAt(at) as number) > 0xffff ? 2 : 1;
    } else {
      if (!text.startsWith(char, at)) return -1;
      at += char.length;
    }
  }
  return at;
}

function search(text: string, from: number, segment: string): number {
  if (!segment.includes('_')) {
    const at = text.indexOf(segment, from);
    return at < 0 ? -1 : at + segment.length;
  }
  for (let at = from; at <= text.length; at++) {
    const end = fits(text, at, segment);
    if (end >= 0) return end;
  }
  return -1;
}

function endsWith(text: string, from: number, segment: string): boolean {
  if (!segment.includes('_')) return text.length - segment.length >= from && text.endsWith(segment);
  // The start of the last segment is found from the end, a character at a time.
  let at = text.length;
  for (const _ of segment) {
    if (at <= from) return false;
    const low = text.charCodeAt(at - 1);
    at -= low >= 0xdc00 && low <= 0xdfff && at - 2 >= from ? 2 : 1;
  }
  return fits(text, at, segment) === text.length;
}
