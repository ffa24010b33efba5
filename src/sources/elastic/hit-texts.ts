const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN = [0x7b, 0x5b];
const CLOSE = [0x7d, 0x5d];
const MINUS = 0x2d;
const POINT = 0x2e;
const BLANK = [0x20, 0x09, 0x0a, 0x0d];
/** Colon, comma, bracket. */
const BEFORE_VALUE = [0x3a, 0x2c, 0x5b];

/** Digits, the point included; from so many on JSON.parse may round. */
const LONG = 16;

/** Whether there is a number with so many digits that JSON.parse may round it; one within a text may be taken for it. */
export function mayLoseDigits(json: string): boolean {
  // Of so many characters in a row, one stands at a multiple of their number.
  for (let at = LONG - 1; at < json.length; at += LONG) {
    if (!isDigit(json.charCodeAt(at))) continue;
    let start = at;
    while (isDigit(json.charCodeAt(start - 1))) start--;
    let end = at + 1;
    while (isDigit(json.charCodeAt(end))) end++;
    if (end - start >= LONG && isValue(json, start)) return true;
  }
  return false;
}

function isDigit(char: number): boolean {
  return (char >= 0x30 && char <= 0x39) || char === POINT;
}

/** Whether a value may begin with the digits at `start`. */
function isValue(json: string, start: number): boolean {
  let before = start - 1;
  if (json.charCodeAt(before) === MINUS) before--;
  while (BLANK.includes(json.charCodeAt(before))) before--;
  return BEFORE_VALUE.includes(json.charCodeAt(before));
}

/** Texts of the hits of a search answer, as the server wrote them. */
export function hitTexts(answer: string): string[] {
  const begin = answer.indexOf('"hits":[');
  if (begin < 0) return [];
  const texts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let at = begin + '"hits":['.length; at < answer.length; at++) {
    const char = answer.charCodeAt(at);
    if (char === QUOTE) {
      at++;
      while (at < answer.length && answer.charCodeAt(at) !== QUOTE) at += answer.charCodeAt(at) === BACKSLASH ? 2 : 1;
    } else if (OPEN.includes(char)) {
      if (depth++ === 0) start = at;
    } else if (CLOSE.includes(char)) {
      if (depth === 0) break;
      if (--depth === 0) texts.push(answer.slice(start, at + 1));
    }
  }
  return texts;
}
