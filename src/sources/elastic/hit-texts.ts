const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN = [0x7b, 0x5b];
const CLOSE = [0x7d, 0x5d];

/** Tells quickly that there is no such number; long digits within texts are found as well. */
const LONG_DIGITS = /\d[\d.]{15}/u;
const LONG_NUMBER = /[:,[]\s*-?\d[\d.]{15}/u;

/** Whether there is a number with so many digits that JSON.parse may round it. */
export function mayLoseDigits(answer: string): boolean {
  return LONG_DIGITS.test(answer) && LONG_NUMBER.test(answer);
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
