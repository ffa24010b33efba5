import type { CommentedToken } from './commented-tokens.ts';
import { align, blank, fill, group, type LayoutDocument, line, nest, sequence } from './layout-document.ts';
import { layoutRun, layoutToken } from './layout-words.ts';

/**
 * A WHERE clause. Where it is longer than a line, each operand of the outer AND or OR begins one, and the operators end
 * below the end of WHERE, so that the operands stand below each other.
 */
export function layoutWhere(tokens: readonly CommentedToken[]): LayoutDocument {
  return new PatternLayout(tokens).where();
}

/** A value of an argument; a list is filled. */
export function layoutValue(tokens: readonly CommentedToken[]): LayoutDocument {
  return new PatternLayout(tokens).value();
}

const UNDER_WHERE: Readonly<Record<string, number>> = {
  OR: 'WHERE'.length - 'OR'.length,
  AND: 'WHERE'.length - 'AND'.length,
};

/** Follows the pattern's rules of the grammar; the tokens are known to fit them. */
class PatternLayout {
  readonly #tokens: readonly CommentedToken[];
  #at = 0;

  constructor(tokens: readonly CommentedToken[]) {
    this.#tokens = tokens;
  }

  where(): LayoutDocument {
    const keyword = this.#take();
    if (this.#next !== 'LSQB') return sequence(keyword, blank, this.#junction('OR', true));
    return sequence(keyword, blank, this.#take(), align(this.#junction('OR', false)), this.#take());
  }

  value(): LayoutDocument {
    if (this.#next === 'LPAR' || this.#next === 'LSQB') return this.#list();
    const parts = [this.#take()];
    if (this.#next === 'DOT') parts.push(this.#take(), this.#take());
    return sequence(...parts);
  }

  get #next(): string | undefined {
    return this.#tokens[this.#at]?.type;
  }

  #take(): LayoutDocument {
    const token = this.#tokens[this.#at++];
    if (token === undefined) throw new Error('the tokens of a pattern end too early');
    return layoutToken(token, this.#tokens[this.#at - 2]);
  }

  #junction(operator: 'OR' | 'AND', underWhere: boolean): LayoutDocument {
    const first = this.#operand(operator, underWhere);
    if (this.#next !== operator) return first.document;
    const parts = [align(first.alone)];
    while (this.#next === operator) {
      parts.push(nest(underWhere ? (UNDER_WHERE[operator] ?? 0) : 0, sequence(line, this.#take(), blank)));
      parts.push(align(this.#operand(operator, false).alone));
    }
    return group(sequence(...parts));
  }

  /** `document`: where it is all there is; `alone`: where it is one of several. */
  #operand(operator: 'OR' | 'AND', underWhere: boolean): { document: LayoutDocument; alone: LayoutDocument } {
    if (operator === 'AND') {
      const document = this.#comparison();
      return { document: align(document), alone: document };
    }
    const begin = this.#at;
    const document = this.#junction('AND', underWhere);
    if (this.#next !== 'OR' || !underWhere) return { document, alone: document };
    this.#at = begin;
    return { document, alone: this.#junction('AND', false) };
  }

  #comparison(): LayoutDocument {
    if (this.#next === 'LPAR') return sequence(this.#take(), align(this.#junction('OR', false)), this.#take());
    const begin = this.#at;
    while (this.#tokens[this.#at] !== undefined && this.#tokens[this.#at]?.position !== 'value') {
      if (this.#next === 'NULL') {
        this.#at++;
        return layoutRun(this.#tokens.slice(begin, this.#at));
      }
      this.#at++;
    }
    const left = layoutRun(this.#tokens.slice(begin, this.#at));
    return sequence(left, blank, this.value());
  }

  #list(): LayoutDocument {
    const open = this.#take();
    const items: LayoutDocument[] = [];
    while (this.#next !== 'RPAR' && this.#next !== 'RSQB') {
      const value = this.value();
      items.push(this.#next === 'COMMA' ? sequence(value, this.#take()) : value);
    }
    return sequence(open, align(fill(items)), this.#take());
  }
}
