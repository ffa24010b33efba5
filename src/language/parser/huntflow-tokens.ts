import { Token } from 'antlr4ng';

import type { Span } from '../syntax-tree.ts';
import { KestrelLexer } from './generated/KestrelLexer.ts';
import type { PositionName } from './positions.ts';
import { TextStream } from './text-stream.ts';

/** A token as the lexer settled it, with the place it stands in. Blanks and comments are none. */
export interface HuntflowToken extends Span {
  /** Token type, by the names of grammar/KestrelLexer.g4. */
  readonly type: string;
  readonly text: string;
  /** Where it stood: what else could have been there. */
  readonly position: PositionName;
}

export interface HuntflowTokens {
  readonly tokens: readonly HuntflowToken[];
  /** What may follow the last token. */
  readonly position: PositionName;
}

/**
 * The tokens from `start` on, which is the beginning of the text or of a statement. What has no shape in its place comes
 * as tokens of type UNEXPECTED, a character each.
 */
export function huntflowTokens(text: string, start = 0): HuntflowTokens {
  const lexer = new KestrelLexer(new TextStream(text, start));
  lexer.removeErrorListeners();
  const tokens: HuntflowToken[] = [];
  for (;;) {
    const { position } = lexer;
    const token = lexer.nextToken();
    if (token.type === Token.EOF) return { tokens, position };
    tokens.push({
      type: lexer.vocabulary.getSymbolicName(token.type) ?? '',
      text: text.slice(token.start, token.stop + 1),
      start: token.start,
      end: token.stop + 1,
      position,
    });
  }
}
