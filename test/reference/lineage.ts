import type { CheckedHuntflow, Statement } from '../../src/language/ast.ts';
import type { EvaluatedLineage } from './evaluate.ts';

/**
 * What has become of one entity in each version of a variable, from the evaluated members alone: itself, rows made of it, what a
 * FIND found from it. Nested loops, as the evaluator.
 */
export class NaiveLineage {
  readonly #lineage: EvaluatedLineage;
  readonly #entity: string;
  readonly #carried = new Map<string, readonly string[]>();

  constructor(huntflow: CheckedHuntflow, lineage: EvaluatedLineage, entity: string) {
    this.#lineage = lineage;
    this.#entity = entity;
    for (const statement of huntflow.statements) {
      const output = outputOf(statement);
      if (output !== undefined) this.#carried.set(output, this.#after(statement, output));
    }
  }

  in(variable: string): readonly string[] {
    return this.#carried.get(variable) ?? [];
  }

  #after(statement: Statement, output: string): readonly string[] {
    const { members, madeOf, entityOf, reached } = this.#lineage;
    const before = new Set(inputsOf(statement).flatMap((input) => this.in(input)));
    const entities = new Set([...before].map(entityOf));
    const found = reached.get(output) ?? [];
    return (members.get(output) ?? []).filter((id) => {
      if (id === this.#entity) return true;
      if (statement.kind === 'find') return found.some(([result, from]) => result === id && entities.has(from));
      return before.has(id) || madeOf(id).some((base) => before.has(base));
    });
  }
}

/** The version of a variable that a statement binds. */
export function outputOf(statement: Statement): string | undefined {
  if (statement.kind === 'apply') return statement.outputs[0]?.id;
  return 'output' in statement ? statement.output.id : undefined;
}

/** Versions of variables whose members a statement makes its own of; those that it compares with apart. */
export function inputsOf(statement: Statement): readonly string[] {
  switch (statement.kind) {
    case 'get':
      return statement.from.kind === 'variable' ? [statement.from.variable.id] : [];
    case 'assign':
      return [statement.expression.input.id];
    case 'find':
    case 'sort':
    case 'group':
      return [statement.input.id];
    case 'join':
      return [statement.left.id, statement.right.id];
    case 'merge':
    case 'apply':
      return statement.inputs.map(({ id }) => id);
    default:
      return [];
  }
}
