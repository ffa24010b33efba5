import { type CharStream, Lexer, type Token } from 'antlr4ng';

import { type ClauseContext, type Position, type PositionName, type Step, positionOf } from './positions.ts';

interface Numbers {
  readonly tokens: ReadonlyMap<string, number>;
  readonly modes: ReadonlyMap<string, number>;
}

/** The parser recurses once per bracket; deeper texts are refused before they reach it. */
export const MAX_NESTING = 200;

/** The parser is never further ahead than this. */
const LOOK_BACK = 4;

const AFTER_VALUES: ReadonlySet<PositionName> = new Set(['afterValue', 'afterWord', 'afterPattern']);

const numbersByClass = new WeakMap<object, Numbers>();

/** Token and mode numbers of the generated class; by name, because that class is built on this one. */
function numbersOf(lexer: KestrelLexerBase): Numbers {
  let numbers = numbersByClass.get(lexer.constructor);
  if (numbers === undefined) {
    const tokens = new Map<string, number>();
    for (let type = 1; type <= lexer.vocabulary.maxTokenType; type++) {
      tokens.set(lexer.vocabulary.getSymbolicName(type) ?? '', type);
    }
    numbers = { tokens, modes: new Map(lexer.modeNames.map((name, index) => [name, index])) };
    numbersByClass.set(lexer.constructor, numbers);
  }
  return numbers;
}

/**
 * Keeps the lexer's position (see `positions.ts`): picks the mode before each token, turns the word into a keyword where
 * one may stand, and moves on. Everything else is the generated lexer's.
 */
export abstract class KestrelLexerBase extends Lexer {
  abstract get modeNames(): string[];

  #position: PositionName = 'statement';
  #context: ClauseContext = 'expression';
  /** Open value lists; inside them a comma leads to the next value. */
  #openLists = 0;
  /** Open brackets of every kind, for the bound on nesting. */
  #openBrackets = 0;
  readonly #recent: { readonly offset: number; readonly position: PositionName }[] = [];
  readonly #numbers: Numbers;

  /** Offset of the first bracket beyond `MAX_NESTING`; it was made an unexpected token. */
  nestedTooDeepAt: number | undefined;

  constructor(input: CharStream) {
    super(input);
    this.#numbers = numbersOf(this);
  }

  /** Where the next token will stand. */
  get position(): PositionName {
    return this.#position;
  }

  override nextToken(): Token {
    const position = positionOf(this.#position);
    this.mode = this.#numbers.modes.get(position.mode) ?? Lexer.DEFAULT_MODE;
    const token = super.nextToken();
    this.#retype(token, position);
    this.#boundNesting(token);
    this.#recent.push({ offset: token.start, position: this.#position });
    if (this.#recent.length > LOOK_BACK) this.#recent.shift();
    this.#advance(this.vocabulary.getSymbolicName(token.type) ?? 'EOF', position);
    return token;
  }

  /** Where one of the latest few tokens stood; for messages. */
  positionAt(offset: number): PositionName | undefined {
    return this.#recent.find((each) => each.offset === offset)?.position;
  }

  #boundNesting(token: Token): void {
    const { tokens } = this.#numbers;
    if (token.type === tokens.get('LPAR') || token.type === tokens.get('LSQB') || token.type === tokens.get('LBRACE')) {
      if (this.#openBrackets === MAX_NESTING) {
        this.nestedTooDeepAt ??= token.start;
        token.type = tokens.get('UNEXPECTED') ?? token.type;
      } else {
        this.#openBrackets++;
      }
    } else if (
      token.type === tokens.get('RPAR') ||
      token.type === tokens.get('RSQB') ||
      token.type === tokens.get('RBRACE')
    ) {
      this.#openBrackets = Math.max(0, this.#openBrackets - 1);
    }
  }

  #retype(token: Token, position: Position): void {
    const { tokens } = this.#numbers;
    if (position.keywords.size === 0) return;
    if (token.type !== tokens.get('NAME') && token.type !== tokens.get('ATTRIBUTE')) return;
    const word = (token.text ?? '').toUpperCase();
    if (position.keywords.has(word)) token.type = tokens.get(word) ?? token.type;
  }

  #advance(token: string, position: Position): void {
    const step = this.#afterValue(token) ?? position.next[token];
    if (step === undefined) return;
    if (typeof step === 'string') {
      this.#position = step;
    } else {
      [this.#position, this.#context] = step;
    }
    if (this.#position === 'statement') this.#openLists = 0;
  }

  /** What depends on more than the position: brackets, commas and SORT at the end of a value. */
  #afterValue(token: string): Step | undefined {
    if (this.#position === 'value') {
      if (token === 'LPAR' || token === 'LSQB') this.#openLists++;
      return undefined;
    }
    if (!AFTER_VALUES.has(this.#position)) return undefined;
    switch (token) {
      case 'RPAR':
      case 'RSQB':
        if (this.#openLists === 0) return token === 'RSQB' ? 'afterPattern' : 'afterValue';
        this.#openLists--;
        return 'afterValue';
      case 'COMMA':
        if (this.#openLists > 0) return 'value';
        return this.#context === 'arguments' ? 'argumentKey' : undefined;
      case 'SORT':
        return this.#context === 'expression' ? 'sortClause' : 'sortInput';
      default:
        return undefined;
    }
  }
}
