import type { LiteralValue, VariableReference } from '../ast.ts';
import type { SyntaxValue } from '../syntax-tree.ts';
import type { CheckContext } from './check-context.ts';
import { resolveColumn } from './resolve-attribute.ts';

/** Literals and references of a value, lists flattened (deviation D6). */
export interface CheckedValues {
  readonly literals: readonly LiteralValue[];
  readonly references: readonly VariableReference[];
}

/** Undefined if a reference does not resolve; every one is looked at. */
export function checkValues(context: CheckContext, value: SyntaxValue): CheckedValues | undefined {
  const literals: LiteralValue[] = [];
  const references: VariableReference[] = [];
  let sound = true;
  const collect = (each: SyntaxValue): void => {
    if (each.kind === 'list') {
      for (const item of each.items) collect(item);
    } else if (each.kind === 'reference') {
      const reference = checkReference(context, each);
      if (reference === undefined) sound = false;
      else references.push(reference);
    } else {
      literals.push(each.value);
    }
  };
  collect(value);
  return sound ? { literals, references } : undefined;
}

function checkReference(
  context: CheckContext,
  value: Extract<SyntaxValue, { kind: 'reference' }>,
): VariableReference | undefined {
  const variable = context.scope.use(value.variable, context.diagnostics);
  if (variable === undefined) return undefined;
  const path = resolveColumn(variable, value.attribute, context.diagnostics);
  if (path === undefined) return undefined;
  return { variable: variable.version, path, range: context.range(value) };
}
