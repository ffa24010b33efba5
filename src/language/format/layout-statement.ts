import type { CommentedToken } from './commented-tokens.ts';
import { align, blank, fill, group, type LayoutDocument, line, nest, sequence, word } from './layout-document.ts';
import { layoutValue, layoutWhere } from './layout-pattern.ts';
import { layoutRun, layoutToken } from './layout-words.ts';

/** They begin a line each where the statement does not fit on one. STOP stays with START, OFFSET with LIMIT. */
const CLAUSES = new Set(['WHERE', 'ATTR', 'SORT', 'START', 'LAST', 'LIMIT', 'OFFSET', 'WITH']);

/** Clauses of a statement without a variable stand below it, further right. */
const UNBOUND_INDENT = 2;

/**
 * A statement on one line, or a clause to a line below its command. The tokens are those of a statement that
 * parses. `nameWidth`: columns for its variable.
 */
export function layoutStatement(tokens: readonly CommentedToken[], nameWidth = 0): LayoutDocument {
  const bound = tokens[1]?.type === 'EQUAL';
  const [head, ...clauses] = splitClauses(bound ? tokens.slice(2) : tokens);
  const indent = bound ? 0 : UNBOUND_INDENT;
  const body = align(
    group(sequence(layoutHead(head ?? []), ...clauses.map((each) => nest(indent, sequence(line, layoutClause(each)))))),
  );
  const [name, equal] = tokens;
  if (!bound || name === undefined || equal === undefined) return body;
  // A comment between them ends the line.
  const width = name.behind === undefined && equal.above.length === 0 ? nameWidth : 0;
  // A variable may be called EXPLAIN, in any case.
  const variable = layoutToken({ ...name, type: 'NAME', text: name.text.padEnd(width) });
  return sequence(variable, blank, layoutToken(equal), blank, body);
}

function splitClauses(tokens: readonly CommentedToken[]): CommentedToken[][] {
  const clauses: CommentedToken[][] = [[]];
  for (const [index, token] of tokens.entries()) {
    const ofLimit = token.type === 'OFFSET' && tokens[index - 2]?.type === 'LIMIT';
    if (index > 0 && CLAUSES.has(token.type) && !ofLimit) clauses.push([]);
    clauses.at(-1)?.push(token);
  }
  return clauses;
}

function layoutClause(tokens: readonly CommentedToken[]): LayoutDocument {
  const [keyword, ...rest] = tokens;
  if (keyword?.type === 'WHERE') return layoutWhere(tokens);
  if (keyword?.type === 'WITH') {
    const items = splitAtCommas(rest).map(rest[0]?.position === 'argumentKey' ? layoutArgument : layoutRun);
    return sequence(layoutToken(keyword), blank, align(fill(items)));
  }
  if (keyword?.type === 'ATTR') return sequence(layoutToken(keyword), blank, align(layoutRun(rest)));
  return layoutRun(tokens);
}

/** The command up to its first clause. */
function layoutHead(tokens: readonly CommentedToken[]): LayoutDocument {
  switch (tokens[0]?.type) {
    case 'NEW':
      return layoutNew(tokens);
    case 'GROUP': {
      const by = tokens.findIndex((each) => each.type === 'BY') + 1;
      return sequence(
        layoutRun(tokens.slice(0, by)),
        blank,
        align(fill(splitAtCommas(tokens.slice(by)).map(layoutRun))),
      );
    }
    case 'APPLY': {
      const on = tokens.findIndex((each) => each.type === 'ON') + 1;
      return sequence(
        layoutRun(tokens.slice(0, on)),
        blank,
        align(fill(splitAtCommas(tokens.slice(on)).map(layoutRun))),
      );
    }
    case 'NAME':
      return tokens[1]?.type === 'PLUS' ? layoutMerge(tokens) : layoutRun(tokens);
    default:
      return layoutRun(tokens);
  }
}

/** `a + b + c`, a plus sign before each but the first. */
function layoutMerge([first, ...rest]: readonly CommentedToken[]): LayoutDocument {
  const items = first === undefined ? [] : [layoutRun([first])];
  for (let index = 0; index + 1 < rest.length; index += 2) items.push(layoutRun(rest.slice(index, index + 2)));
  return align(fill(items));
}

/** Texts are filled; of objects each begins a line where they do not all fit on one. */
function layoutNew(tokens: readonly CommentedToken[]): LayoutDocument {
  const open = tokens.findIndex((each) => each.type === 'LSQB') + 1;
  const data = tokens.slice(open, -1);
  const close = tokens.at(-1);
  if (close === undefined) return word('');
  const content =
    data[0]?.type === 'TEXTS'
      ? layoutRun(data)
      : group(
          sequence(
            ...splitAtCommas(data).flatMap((each, i) => (i === 0 ? [layoutRun(each)] : [line, layoutRun(each)])),
          ),
        );
  return sequence(layoutRun(tokens.slice(0, open)), align(content), layoutToken(close));
}

function layoutArgument(tokens: readonly CommentedToken[]): LayoutDocument {
  const value = tokens.at(-1)?.type === 'COMMA' ? tokens.slice(2, -1) : tokens.slice(2);
  const comma = tokens.slice(2 + value.length).map((each) => layoutToken(each));
  return sequence(layoutRun(tokens.slice(0, 2)), layoutValue(value), ...comma);
}

/** Pieces that end with the commas outside of all brackets. */
function splitAtCommas(tokens: readonly CommentedToken[]): CommentedToken[][] {
  const pieces: CommentedToken[][] = [[]];
  let open = 0;
  for (const [index, token] of tokens.entries()) {
    if (token.type === 'LPAR' || token.type === 'LSQB' || token.type === 'LBRACE') open++;
    if (token.type === 'RPAR' || token.type === 'RSQB' || token.type === 'RBRACE') open--;
    pieces.at(-1)?.push(token);
    if (token.type === 'COMMA' && open === 0 && index < tokens.length - 1) pieces.push([]);
  }
  return pieces;
}
