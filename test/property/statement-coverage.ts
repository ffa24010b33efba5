import type { CheckedHuntflow, Statement } from '../../src/language/ast.ts';

/** What a property has been tried on: how many cases, and how many of them had a statement or clause. */
export class StatementCoverage {
  #cases = 0;
  readonly #counts = new Map<string, number>();

  add({ statements }: CheckedHuntflow): void {
    this.#cases++;
    for (const each of new Set(statements.flatMap(wordsOf))) this.#counts.set(each, (this.#counts.get(each) ?? 0) + 1);
  }

  /** One line, the commonest first. */
  toString(): string {
    const counts = [...this.#counts].sort(([, a], [, b]) => b - a).map(([word, count]) => `${word} ${count}`);
    return `${this.#cases} huntflows compared; with ${counts.join(', ')}`;
  }
}

function wordsOf(statement: Statement): string[] {
  const words = [statement.kind === 'assign' ? 'x = y' : statement.kind.toUpperCase()];
  if (statement.kind === 'apply') words.push(`APPLY ${statement.builtIn?.name ?? 'external'}`);
  if (statement.kind === 'group' && statement.aggregates.length === 0) words.push('GROUP without WITH');
  if (statement.kind === 'assign' || statement.kind === 'disp') {
    const { transform, where, sort, limit } = statement.expression;
    if (transform !== undefined) words.push(transform);
    if (where !== undefined) words.push('WHERE of an expression');
    if (sort !== undefined) words.push('SORT BY');
    if (limit !== undefined) words.push('LIMIT');
  }
  if (statement.kind === 'find' && statement.roles !== undefined) words.push('extended relations');
  if (statement.kind === 'get' || statement.kind === 'find') {
    if (statement.timespan !== undefined) words.push(statement.timespan.kind === 'last' ? 'LAST' : 'START STOP');
    if (statement.limit !== undefined) words.push('LIMIT');
    if (statement.where !== undefined && hasReference(statement.where)) words.push('references');
  }
  return words;
}

type Pattern = NonNullable<Extract<Statement, { kind: 'get' }>['where']>;

function hasReference(pattern: Pattern): boolean {
  if ('operands' in pattern) return pattern.operands.some(hasReference);
  return pattern.kind === 'comparison' && pattern.references.length > 0;
}
