import type { ParserRuleContext, TerminalNode, Token } from 'antlr4ng';

import type { DiagnosticCollector } from '../diagnostic-collector.ts';
import type { Span, SyntaxOperand, SyntaxOperator, SyntaxPattern, SyntaxValue, Word } from '../syntax-tree.ts';
import type {
  ComparisonContext,
  ConjunctionContext,
  DisjunctionContext,
  ListContext,
  ValueContext,
  WhereContext,
} from './generated/KestrelParser.ts';
import { decodeTextLiteral } from './text-literal.ts';

/** More members than this are refused: longer lists belong into a file. */
export const MAX_LIST_LENGTH = 20_000;

/** Values, patterns and the small things that statements share: from parse tree to syntax tree. */
export class PatternBuilder {
  protected readonly diagnostics: DiagnosticCollector;

  constructor(diagnostics: DiagnosticCollector) {
    this.diagnostics = diagnostics;
  }

  where(context: WhereContext): SyntaxPattern {
    return this.#disjunction(present(context.disjunction()));
  }

  #disjunction(context: DisjunctionContext): SyntaxPattern {
    return junction(
      'or',
      context.conjunction().map((each) => this.#conjunction(each)),
    );
  }

  #conjunction(context: ConjunctionContext): SyntaxPattern {
    return junction(
      'and',
      context.comparison().map((each) => this.#comparison(each)),
    );
  }

  #comparison(context: ComparisonContext): SyntaxPattern {
    const group = context.disjunction();
    if (group !== null) return this.#disjunction(group);
    const span = spanOf(context);
    const operand = operandOf(present(context.OPERAND()));
    if (context.IS() !== null) return { ...span, kind: 'null', operand, negated: context.NOT() !== null };
    const value = this.value(present(context.value()));
    return { ...span, kind: 'comparison', operand, ...operatorOf(context), value };
  }

  #list(context: ListContext): SyntaxValue {
    const span = spanOf(context);
    return { ...span, kind: 'list', items: this.capped(context.value(), span).map((each) => this.value(each)) };
  }

  value(context: ValueContext): SyntaxValue {
    const list = context.list();
    if (list !== null) return this.#list(list);
    const word = context.WORD();
    const attribute = context.ATTRIBUTE();
    const span = spanOf(context);
    if (word !== null && attribute !== null) {
      return { ...span, kind: 'reference', variable: wordOf(word), attribute: wordOf(attribute) };
    }
    if (word !== null) return { ...span, kind: 'word', value: word.getText() };
    const text = context.STRING();
    if (text !== null) return { ...span, kind: 'text', value: this.text(text.symbol) };
    return { ...span, kind: 'number', value: this.number(present(context.NUMBER()).symbol) };
  }

  /** Content of a quoted token. */
  text(token: Token, options: { json?: boolean } = {}): string {
    return this.decode(token.text ?? '', token.start, options);
  }

  protected decode(literal: string, offset: number, options: { json?: boolean } = {}): string {
    const { value, problems } = decodeTextLiteral(literal, options);
    for (const problem of problems) {
      const code = problem.kind === 'malformed' ? 'syntax-escape' : 'escape-character-name';
      const span = { start: offset + problem.start, end: offset + problem.end };
      this.diagnostics.report(code, span, { escape: literal.slice(problem.start, problem.end) });
    }
    return value;
  }

  number(token: Token): number {
    const written = token.text ?? '';
    const number = Number(written);
    if (Number.isFinite(number)) return number;
    this.diagnostics.report('number-too-large', tokenSpan(token), { number: shorten(written) });
    return 0;
  }

  integer(node: TerminalNode): number {
    const number = Number(node.getText());
    if (Number.isSafeInteger(number)) return number;
    this.diagnostics.report('number-too-large', tokenSpan(node.symbol), { number: shorten(node.getText()) });
    return 0;
  }

  protected capped<T>(members: T[], span: Span): T[] {
    if (members.length <= MAX_LIST_LENGTH) return members;
    this.diagnostics.report('list-too-long', span, { length: members.length, limit: MAX_LIST_LENGTH });
    return members.slice(0, MAX_LIST_LENGTH);
  }
}

function junction(kind: 'and' | 'or', operands: SyntaxPattern[]): SyntaxPattern {
  const [first] = operands;
  if (first !== undefined && operands.length === 1) return first;
  return { kind, operands: operands.flatMap((each) => (each.kind === kind ? each.operands : [each])) };
}

function operandOf(node: TerminalNode): SyntaxOperand {
  const whole = wordOf(node);
  const colon = whole.text.indexOf(':');
  if (colon < 0) return { start: whole.start, end: whole.end, attribute: whole };
  const split = whole.start + colon;
  return {
    start: whole.start,
    end: whole.end,
    type: { text: whole.text.slice(0, colon), start: whole.start, end: split },
    attribute: { text: whole.text.slice(colon + 1), start: split + 1, end: whole.end },
  };
}

function operatorOf(context: ComparisonContext): { operator: SyntaxOperator; negated: boolean } {
  const compare = context.COMPARE()?.getText();
  if (compare !== undefined) {
    return { operator: (compare === '==' ? '=' : compare) as SyntaxOperator, negated: false };
  }
  const negated = context.NOT() !== null;
  if (context.IN() !== null) return { operator: 'IN', negated };
  if (context.LIKE() !== null) return { operator: 'LIKE', negated };
  if (context.MATCHES() !== null) return { operator: 'MATCHES', negated };
  return { operator: context.ISSUBSET() === null ? 'ISSUPERSET' : 'ISSUBSET', negated };
}

export function wordOf(node: TerminalNode): Word {
  return { text: node.getText(), ...tokenSpan(node.symbol) };
}

export function tokenSpan(token: Token): Span {
  return { start: token.start, end: token.stop + 1 };
}

export function spanOf(context: ParserRuleContext): Span {
  const start = context.start?.start ?? 0;
  return { start, end: Math.max(start, (context.stop?.stop ?? start - 1) + 1) };
}

/** For what the grammar guarantees once a rule has been matched without an error. */
export function present<T>(node: T | null | undefined): T {
  if (node === null || node === undefined) throw new Error('the parse tree lacks a part that its rule demands');
  return node;
}

function shorten(text: string): string {
  return text.length <= 30 ? text : `${text.slice(0, 27)}…`;
}
