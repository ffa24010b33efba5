/** What spreadsheets take for the beginning of a formula (tab and line ends: of one that begins behind them). */
const FORMULA = /^'*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/;
const ESCAPED = /^'+[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/;

/**
 * The text as it may stand in a cell that a spreadsheet opens: an apostrophe goes before what could be a formula, and
 * before what looks like the result of this, so that `withoutApostrophe` gives every text back.
 */
export function withApostrophe(text: string): string {
  return FORMULA.test(text) ? `'${text}` : text;
}

export function withoutApostrophe(text: string): string {
  return ESCAPED.test(text) ? text.slice(1) : text;
}
