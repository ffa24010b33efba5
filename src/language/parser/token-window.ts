import { type Interval, type ParserRuleContext, Token, type TokenSource, type TokenStream } from 'antlr4ng';

/**
 * The tokens of a section, pulled from the lexer as the parser asks for them. Every token is on the default channel
 * (blanks are skipped), which spares the searches that a general stream makes on every look.
 */
export class TokenWindow implements TokenStream {
  tokenSource: TokenSource;
  index = 0;
  readonly #tokens: Token[] = [];
  readonly #text: string;

  constructor(source: TokenSource, text: string) {
    this.tokenSource = source;
    this.#text = text;
  }

  get size(): number {
    return this.#tokens.length;
  }

  LT(offset: number): Token | null {
    if (offset === 0) return null;
    const index = this.index + (offset < 0 ? offset : offset - 1);
    return index < 0 ? null : this.get(index);
  }

  LA(offset: number): number {
    return this.LT(offset)?.type ?? Token.INVALID_TYPE;
  }

  /** Behind the end there is only the end. */
  get(index: number): Token {
    for (;;) {
      const token = this.#tokens[index];
      if (token !== undefined) return token;
      const last = this.#tokens.at(-1);
      if (last?.type === Token.EOF) return last;
      const next = this.tokenSource.nextToken();
      next.tokenIndex = this.#tokens.length;
      this.#tokens.push(next);
    }
  }

  consume(): void {
    if (this.get(this.index).type !== Token.EOF) this.index++;
  }

  seek(index: number): void {
    this.index = index;
  }

  mark(): number {
    return 0;
  }

  release(): void {
    // Tokens live as long as their section: there is nothing to release.
  }

  getText(): string {
    return this.#text;
  }

  getTextFromInterval(interval: Interval): string {
    return this.getTextFromRange(this.get(interval.start), this.get(interval.stop));
  }

  getTextFromContext(context: ParserRuleContext): string {
    return this.getTextFromRange(context.start, context.stop);
  }

  getTextFromRange(start: Token | null, stop: Token | null): string {
    return start === null || stop === null ? '' : this.#text.slice(start.start, stop.stop + 1);
  }

  getSourceName(): string {
    return this.tokenSource.sourceName;
  }

  setLine(): void {
    // Places are offsets; lines are counted afterwards.
  }

  setColumn(): void {
    // As with lines.
  }
}
