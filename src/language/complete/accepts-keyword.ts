import { BailErrorStrategy, PredictionMode, Token } from 'antlr4ng';

import { KestrelLexer } from '../parser/generated/KestrelLexer.ts';
import { KestrelParser } from '../parser/generated/KestrelParser.ts';
import { syntaxErrorOf } from '../parser/parse-huntflow.ts';
import { TextStream } from '../parser/text-stream.ts';
import { TokenWindow } from '../parser/token-window.ts';

/** Whether the grammar lets a keyword follow `before`, which begins with a statement. It is asked by parsing both. */
export function acceptsKeyword(before: string, keyword: string): boolean {
  const text = before + keyword;
  const lexer = new KestrelLexer(new TextStream(text));
  lexer.removeErrorListeners();
  const tokens = new TokenWindow(lexer, text);
  const parser = new KestrelParser(tokens);
  parser.removeErrorListeners();
  parser.errorHandler = new BailErrorStrategy();
  parser.interpreter.predictionMode = PredictionMode.SLL;
  try {
    while (tokens.LA(1) !== Token.EOF) parser.statement();
    return true;
  } catch (thrown) {
    // The end comes too early; anything else is an error at the keyword or before it.
    return (syntaxErrorOf(thrown)?.offendingToken ?? parser.getCurrentToken()).type === Token.EOF;
  }
}
