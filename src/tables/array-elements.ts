import { tableError } from './table-error.ts';

const [QUOTE, BACKSLASH, COMMA, OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [34, 92, 44, 91, 93, 123, 125];
const HINT =
  'A table is an array of rows, [{"type": "process", …}, …]; a file with an object per line ends in .ndjson.';

/**
 * The texts of the elements of a JSON array, each with the line where it begins: so that what is wrong with one is told
 * with its place. Throws `SourceError` `table-broken` where there is no array, or it does not end.
 */
export function* arrayElements(text: string): Generator<{ readonly text: string; readonly line: number }, void> {
  let line = 1;
  let counted = 0;
  const lineOf = (offset: number): number => {
    for (let at = text.indexOf('\n', counted); at >= 0 && at < offset; at = text.indexOf('\n', at + 1)) line++;
    counted = Math.max(counted, offset);
    return line;
  };
  let at = afterBlanks(text, 0);
  if (text.charCodeAt(at) !== OPEN_LIST) throw tableError(undefined, 'it holds no array', HINT);
  at = afterBlanks(text, at + 1);
  if (text.charCodeAt(at) !== CLOSE_LIST) {
    for (;;) {
      const end = endOfElement(text, at);
      if (end >= text.length)
        throw tableError(`line ${lineOf(at)}`, 'the array is not closed', 'The file may be cut off.');
      yield { text: text.slice(at, end), line: lineOf(at) };
      if (text.charCodeAt(end) === CLOSE_LIST) {
        at = end;
        break;
      }
      at = afterBlanks(text, end + 1);
    }
  }
  at = afterBlanks(text, at + 1);
  if (at < text.length) throw tableError(`line ${lineOf(at)}`, 'text follows the array', HINT);
}

/** Offset of the comma or bracket behind the element that begins at `start`; the length of the text without one. */
function endOfElement(text: string, start: number): number {
  let depth = 0;
  for (let at = start; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case QUOTE:
        at = closingQuote(text, at);
        break;
      case OPEN_LIST:
      case OPEN_OBJECT:
        depth++;
        break;
      case CLOSE_OBJECT:
        depth--;
        break;
      case CLOSE_LIST:
        if (depth-- === 0) return at;
        break;
      case COMMA:
        if (depth === 0) return at;
        break;
      default:
    }
  }
  return text.length;
}

function closingQuote(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text.charCodeAt(at) !== QUOTE) at += text.charCodeAt(at) === BACKSLASH ? 2 : 1;
  return at;
}

function afterBlanks(text: string, from: number): number {
  let at = from;
  while (at < text.length && ' \t\r\n'.includes(text[at] as string)) at++;
  return at;
}
