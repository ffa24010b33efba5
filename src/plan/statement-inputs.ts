import type { Pattern, Statement, VariableReference } from '../language/ast.ts';

/** Names of the variables that a statement reads: its inputs, then those that its pattern compares with. */
export function inputNames(statement: Statement): string[] {
  const names = new Set<string>();
  if ('expression' in statement) names.add(statement.expression.input.name);
  if ('input' in statement) names.add(statement.input.name);
  if ('inputs' in statement) for (const input of statement.inputs) names.add(input.name);
  if ('left' in statement) names.add(statement.left.name).add(statement.right.name);
  if ('from' in statement && statement.from.kind === 'variable') names.add(statement.from.variable.name);
  const where =
    'expression' in statement ? statement.expression.where : 'where' in statement ? statement.where : undefined;
  if (where !== undefined) for (const { variable } of referencesOf(where)) names.add(variable.name);
  return [...names];
}

function referencesOf(pattern: Pattern): readonly VariableReference[] {
  if ('operands' in pattern) return pattern.operands.flatMap(referencesOf);
  return pattern.kind === 'comparison' ? pattern.references : [];
}
