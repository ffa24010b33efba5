const [QUOTE, BACKSLASH, MINUS, PLUS, DOT, ZERO, NINE] = [34, 92, 45, 43, 46, 48, 57];

/**
 * Puts integers that a double cannot hold (beyond 2^53) into quotes, so that `JSON.parse` keeps every digit of them.
 * Everything else stays as it is; text without such integers is handed back itself.
 */
export function quoteLongIntegers(text: string): string {
  if (!/\d{16}/u.test(text)) return text;
  const pieces: string[] = [];
  let copied = 0;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit === QUOTE) {
      at = closingQuote(text, at);
      continue;
    }
    if (unit !== MINUS && !isDigit(unit)) continue;
    const start = at;
    let integer = true;
    while (at + 1 < text.length && continuesNumber(text.charCodeAt(at + 1))) {
      at++;
      if (!isDigit(text.charCodeAt(at))) integer = false;
    }
    if (!integer || at - start < 15) continue;
    const digits = text.slice(start, at + 1);
    if (Number.isSafeInteger(Number(digits))) continue;
    pieces.push(text.slice(copied, start), '"', digits, '"');
    copied = at + 1;
  }
  return copied === 0 ? text : pieces.join('') + text.slice(copied);
}

function closingQuote(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text.charCodeAt(at) !== QUOTE) at += text.charCodeAt(at) === BACKSLASH ? 2 : 1;
  return at;
}

function isDigit(unit: number): boolean {
  return unit >= ZERO && unit <= NINE;
}

/** Digits, point, sign and exponent: everything that a number may go on with. */
function continuesNumber(unit: number): boolean {
  return isDigit(unit) || unit === DOT || unit === MINUS || unit === PLUS || (unit | 32) === 101;
}
