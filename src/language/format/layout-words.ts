import { isKeyword } from '../parser/token-names.ts';
import { QUOTED_TEXT } from '../parser/build-statement.ts';
import type { CommentedToken } from './commented-tokens.ts';
import { blank, fill, type LayoutDocument, sequence, word, type WordComments } from './layout-document.ts';

const OPENING = new Set(['LPAR', 'LSQB', 'LBRACE', 'DOT']);
const TIGHT_BEFORE = new Set(['RPAR', 'RSQB', 'RBRACE', 'COMMA', 'DOT', 'COLON']);
const CALLED = new Set('TIMESTAMPED ADDOBSID RECORDS BIN MIN MAX SUM AVG COUNT NUNIQUE'.split(' '));
const UNITS: Readonly<Record<string, string>> = { DAYS: 'DAY', HOURS: 'HOUR', MINUTES: 'MINUTE', SECONDS: 'SECOND' };

/** Whether a blank stands between two tokens on one line. */
export function isApart(before: CommentedToken, after: CommentedToken): boolean {
  if (OPENING.has(before.type) || TIGHT_BEFORE.has(after.type)) return false;
  if (after.type === 'LPAR' && CALLED.has(before.type)) return false;
  if (before.position === 'argumentEqual' || after.position === 'argumentEqual') return false;
  // Inside the quotes of a timestamp.
  return after.position !== 'quotedTime' && after.position !== 'timeClose';
}

/** Tokens one after the other with the blanks that belong between them. */
export function layoutRun(tokens: readonly CommentedToken[]): LayoutDocument {
  const parts: LayoutDocument[] = [];
  for (const [index, token] of tokens.entries()) {
    const before = tokens[index - 1];
    if (before !== undefined && isApart(before, token)) parts.push(blank);
    parts.push(layoutToken(token, before));
  }
  return sequence(...parts);
}

/** One token: keywords in capitals, lists inside one token apart. `before` is the token before it in its statement. */
export function layoutToken(token: CommentedToken, before?: CommentedToken): LayoutDocument {
  const comments = { above: token.above.map(({ text }) => text), ...(token.behind && { behind: token.behind }) };
  if (token.type === 'ATTRIBUTES') return layoutList(token.text.match(/[^\s,]+/g) ?? [], comments);
  if (token.type === 'TEXTS') return layoutList(token.text.match(QUOTED_TEXT) ?? [], comments);
  return word(spelling(token, before), comments);
}

function layoutList(items: readonly string[], { above, behind }: WordComments): LayoutDocument {
  const last = items.length - 1;
  return fill(
    items.map((item, index) =>
      word(index === last ? item : `${item},`, {
        above: index === 0 ? above : [],
        ...(index === last && behind !== undefined && { behind }),
      }),
    ),
  );
}

function spelling({ type, text, position }: CommentedToken, before: CommentedToken | undefined): string {
  const singular = UNITS[type];
  if (singular !== undefined) return before?.type === 'INTEGER' && Number(before.text) === 1 ? singular : type;
  if (type === 'RELATION') return text.toUpperCase();
  if (!isKeyword(type)) return text;
  // Words of JSON are written small.
  return position === 'object' ? text.toLowerCase() : text.toUpperCase();
}
