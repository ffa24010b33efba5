import { BailErrorStrategy, ParseCancellationException, PredictionMode, RecognitionException, Token } from 'antlr4ng';

import type { DiagnosticCollector } from '../diagnostic-collector.ts';
import type { BrokenStatement, Span, SyntaxItem } from '../syntax-tree.ts';
import { StatementBuilder } from './build-statement.ts';
import { KestrelLexer } from './generated/KestrelLexer.ts';
import { KestrelParser } from './generated/KestrelParser.ts';
import { MAX_NESTING } from './kestrel-lexer-base.ts';
import { adviceFor } from './syntax-advice.ts';
import { TextStream } from './text-stream.ts';
import { describeTokens, expectedAt } from './token-names.ts';
import { TokenWindow } from './token-window.ts';

/** After so many syntax errors the rest of a text is left unread. */
const MAX_SYNTAX_ERRORS = 50;

const BYTE_ORDER_MARK = '\ufeff';

/**
 * Parses a huntflow. A statement with a syntax error is reported once, at the first token that cannot continue it, and
 * reading goes on where the next statement seems to begin. Never throws for what the text holds.
 */
export function parseHuntflow(text: string, diagnostics: DiagnosticCollector): SyntaxItem[] {
  const items: SyntaxItem[] = [];
  let offset = text.startsWith(BYTE_ORDER_MARK) ? 1 : 0;
  for (let errors = 0; errors < MAX_SYNTAX_ERRORS && !diagnostics.isFull;) {
    const stop = new Section(text, offset, diagnostics).parse(items);
    if (stop === undefined) break;
    if (stop.isError) errors++;
    const next = stop.isError ? nextStatement(text, stop.offset) : stop.offset;
    if (next === undefined) break;
    offset = next;
  }
  return items;
}

/** Where a section of the text ends: at a syntax error, or before a statement that the next section begins with. */
interface SectionEnd {
  readonly offset: number;
  readonly isError: boolean;
}

/** Tokens of one section; a new one begins after so many, so that those of a long text are not all held at once. */
const SECTION_TOKENS = 4_000;

/** The text from one offset up to the first syntax error, or so far as a section goes. */
class Section {
  readonly #text: string;
  readonly #diagnostics: DiagnosticCollector;
  readonly #lexer: KestrelLexer;
  readonly #tokens: TokenWindow;
  readonly #parser: KestrelParser;

  constructor(text: string, offset: number, diagnostics: DiagnosticCollector) {
    this.#text = text;
    this.#diagnostics = diagnostics;
    this.#lexer = new KestrelLexer(new TextStream(text, offset));
    this.#lexer.removeErrorListeners();
    this.#tokens = new TokenWindow(this.#lexer, text);
    this.#parser = new KestrelParser(this.#tokens);
    this.#parser.removeErrorListeners();
    this.#parser.errorHandler = new BailErrorStrategy();
    this.#parser.interpreter.predictionMode = PredictionMode.SLL;
  }

  /** Appends the statements. Undefined at the end of the text. */
  parse(items: SyntaxItem[]): SectionEnd | undefined {
    const builder = new StatementBuilder(this.#diagnostics);
    while (this.#tokens.LA(1) !== Token.EOF) {
      const first = this.#tokens.LT(1)?.start ?? 0;
      if (this.#tokens.index > SECTION_TOKENS && this.#beginsStatement()) return { offset: first, isError: false };
      const errorsBefore = this.#diagnostics.errorCount;
      try {
        const context = this.#parser.statement();
        const statement = builder.statement(context);
        // A literal that cannot be decoded leaves the statement without a meaning.
        const sound = this.#diagnostics.errorCount === errorsBefore;
        items.push(sound ? statement : brokenStatement(this.#text, first, statement.end));
      } catch (thrown) {
        const error = syntaxErrorOf(thrown);
        const at = this.#report(error);
        if (at.start > first || isStatementStart(this.#text, first)) {
          items.push(brokenStatement(this.#text, first, at.end));
        }
        return { offset: Math.max(at.start, first), isError: true };
      }
    }
    return undefined;
  }

  #beginsStatement(): boolean {
    const type = this.#tokens.LA(1);
    return type === KestrelLexer.NAME || (type >= KestrelLexer.GET && type <= KestrelLexer.EXPLAIN);
  }

  #report(error: RecognitionException | undefined): Span {
    const token = error?.offendingToken ?? this.#parser.getCurrentToken();
    const previous = token.tokenIndex > 0 ? this.#tokens.get(token.tokenIndex - 1) : undefined;
    const position = this.#lexer.positionAt(token.start);
    const expected = this.#expected(error, token);
    const before = previous?.text ?? '';
    if (token.type === Token.EOF) {
      const end = previous === undefined ? token.start : previous.stop + 1;
      const advice = adviceFor({ text: this.#text, offset: end, found: '', before, position });
      this.#diagnostics.report('syntax-end', { start: end, end }, { expected, ...(advice && { advice }) });
      return { start: this.#text.length, end };
    }
    const found = this.#foundAt(token.start);
    const span = { start: token.start, end: token.start + found.length };
    if (this.#lexer.nestedTooDeepAt === token.start) {
      this.#diagnostics.report('syntax-nesting', span, { limit: MAX_NESTING });
      return span;
    }
    const advice = adviceFor({ text: this.#text, offset: token.start, found, before, position });
    const foreign = token.type === KestrelLexer.UNEXPECTED && !/^[\w'".:,=+(){}[\]<>!/-]/.test(found);
    this.#diagnostics.report(foreign ? 'syntax-character' : 'syntax-unexpected', span, {
      found: quote(found),
      expected,
      ...(advice && { advice }),
    });
    return span;
  }

  /** What the parser would have taken; at a complete statement also what could have continued it. */
  #expected(error: RecognitionException | undefined, token: Token): readonly string[] {
    const position = this.#lexer.positionAt(token.start);
    const atStatement = error?.ctx?.ruleIndex === KestrelParser.RULE_statement;
    if (atStatement && position !== undefined && position !== 'equal') return expectedAt(position);
    const set =
      error === undefined || error.ctx === null
        ? this.#parser.getExpectedTokens()
        : this.#parser.atn.getExpectedTokens(error.offendingState, error.ctx);
    const types = set
      .toArray()
      .filter((type) => type > 0)
      .map((type) => this.#parser.vocabulary.getSymbolicName(type) ?? '');
    return describeTokens(types, types.includes('DISP') && types.includes('NAME'));
  }

  /** The word or sign at an offset; a quoted text with its quotes. */
  #foundAt(offset: number): string {
    const rest = this.#text.slice(offset, offset + 80);
    const shape = /^(?:[A-Za-z0-9_]+|'[^'\n]*'|"[^"\n]*"|\/\/|-[.\d]+|\.\w[\w.]*|.)/su.exec(rest);
    return shape?.[0] ?? '';
  }
}

function quote(found: string): string {
  const code = found.codePointAt(0) ?? 0;
  const isPrintable = code > 0x20 && (code < 0x7f || /^[\p{L}\p{N}\p{P}\p{S}]/u.test(found));
  if (isPrintable) return `\`${found}\``;
  return `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
}

/** What a parser that gives up at the first error threw; anything else is thrown on. */
export function syntaxErrorOf(thrown: unknown): RecognitionException | undefined {
  if (thrown instanceof RecognitionException) return thrown;
  if (thrown instanceof ParseCancellationException) {
    return thrown.cause instanceof RecognitionException ? thrown.cause : undefined;
  }
  throw thrown;
}

const COMMAND = '(?:GET|FIND|NEW|LOAD|SORT|GROUP|JOIN|APPLY|DISP|INFO|SAVE|DESCRIBE|EXPLAIN)';
const STATEMENT_START = new RegExp(`^(?:[A-Za-z_]\\w*[ \\t]*=[ \\t]*)?${COMMAND}\\b(?![ \\t]*[=!<>])`, 'i');
const UNINDENTED_BINDING = /^[A-Za-z_]\w*[ \t]*=[ \t]*[A-Za-z_]\w*[ \t]*(?:$|[+(#\r\n]|\b(?:WHERE|ATTR|SORT|LIMIT)\b)/i;
const BINDING = /^(?:([A-Za-z_]\w*)\s*=\s*)?(?:(?:GET|FIND|NEW)\s+([A-Za-z_][\w-]*))?/i;

/** The first line after the error that looks like the beginning of a statement. */
function nextStatement(text: string, errorAt: number): number | undefined {
  for (let line = text.indexOf('\n', errorAt); line >= 0; line = text.indexOf('\n', line + 1)) {
    const indented = text.slice(line + 1, line + 201);
    const trimmed = indented.trimStart();
    if (STATEMENT_START.test(trimmed) || UNINDENTED_BINDING.test(indented)) {
      return line + 1 + (indented.length - trimmed.length);
    }
  }
  return undefined;
}

function isStatementStart(text: string, offset: number): boolean {
  return /^\w/.test(text.slice(offset, offset + 1));
}

function brokenStatement(text: string, start: number, end: number): BrokenStatement {
  const [, output, type] = BINDING.exec(text.slice(start, start + 300)) ?? [];
  return {
    broken: true,
    start,
    end: Math.max(start, end),
    ...(output === undefined ? {} : { output }),
    ...(type === undefined ? {} : { type }),
  };
}
