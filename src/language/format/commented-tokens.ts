import type { HuntflowToken } from '../parser/huntflow-tokens.ts';

/** A token with the comments around it. A comment belongs to the token before it on its line, else to the next one. */
export interface CommentedToken extends HuntflowToken {
  readonly above: readonly Comment[];
  readonly behind?: string;
  /** An empty line before it and before its comments. */
  readonly spaced: boolean;
}

export interface Comment {
  /** With its `#`, without blanks at its end. */
  readonly text: string;
  readonly spaced: boolean;
}

/** Comments are no tokens: they are found in the gaps between them. The second answer is what stands behind the last token. */
export function commentedTokens(
  text: string,
  tokens: readonly HuntflowToken[],
): { readonly tokens: readonly CommentedToken[]; readonly rest: readonly Comment[] } {
  const commented: (CommentedToken & { behind?: string })[] = [];
  let gapStart = 0;
  for (const token of tokens) {
    const gap = readGap(text.slice(gapStart, token.start), commented.length > 0);
    const before = commented.at(-1);
    if (before !== undefined && gap.behind !== undefined) before.behind = gap.behind;
    commented.push({ ...token, above: gap.own, spaced: gap.spaced });
    gapStart = token.end;
  }
  const gap = readGap(text.slice(gapStart), commented.length > 0);
  const last = commented.at(-1);
  if (last !== undefined && gap.behind !== undefined) last.behind = gap.behind;
  return { tokens: commented, rest: gap.own };
}

interface Gap {
  readonly behind?: string;
  readonly own: readonly Comment[];
  /** An empty line at its end. */
  readonly spaced: boolean;
}

function readGap(gap: string, afterToken: boolean): Gap {
  const own: Comment[] = [];
  let behind: string | undefined;
  let lineEnds = 0;
  let seen = afterToken ? 0 : 1;
  for (const [piece] of gap.matchAll(/#[^\n]*|\n/g)) {
    if (piece === '\n') {
      lineEnds++;
      seen++;
      continue;
    }
    const text = piece.replace(/[ \t\f\r]+$/, '');
    if (seen === 0) behind = text;
    else own.push({ text, spaced: lineEnds > 1 });
    lineEnds = 0;
    seen++;
  }
  return { ...(behind === undefined ? {} : { behind }), own, spaced: lineEnds > 1 };
}
