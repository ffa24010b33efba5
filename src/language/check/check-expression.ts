import type { AttributePath, Expression, SortKey } from '../ast.ts';
import type { SyntaxExpression, SyntaxSort } from '../syntax-tree.ts';
import type { CheckContext } from './check-context.ts';
import { checkPattern } from './check-pattern.ts';
import { resolveColumn } from './resolve-attribute.ts';
import type { Columns, Variable } from './scope.ts';

export interface CheckedExpression {
  readonly expression: Expression;
  /** What the result has, whether it is bound or shown. */
  readonly shape: 'entities' | 'rows';
  readonly columns: Columns;
}

const ADDED_COLUMNS = {
  TIMESTAMPED: ['first_observed'],
  ADDOBSID: ['observation_id'],
  RECORDS: ['number_observed', 'first_observed', 'last_observed', 'observation_id'],
} as const;

/** The expression of an assignment or a DISP over a known variable; undefined if some clause has an error. */
export function checkExpression(
  context: CheckContext,
  input: Variable,
  syntax: SyntaxExpression,
): CheckedExpression | undefined {
  const transformed = transform(context, input, syntax);
  if (transformed === undefined) return undefined;
  const { where, attributes, sort, limit, offset } = syntax;
  const pattern = where && checkPattern(context, { kind: 'variable', variable: transformed }, where);
  const shown = attributes?.map((each) => resolveColumn(transformed, each, context.diagnostics));
  const key = sort && checkSort(context, transformed, sort);
  const isSound = (where === undefined || pattern) && (sort === undefined || key);
  if (!isSound || shown?.includes(undefined)) return undefined;
  return {
    expression: {
      input: input.version,
      ...(syntax.transform && { transform: syntax.transform }),
      ...(pattern && { where: pattern }),
      ...(shown && { attributes: shown.filter((each): each is AttributePath => each !== undefined) }),
      ...(key && { sort: key }),
      ...(limit !== undefined && { limit }),
      ...(offset !== undefined && { offset }),
    },
    shape: transformed.version.shape,
    columns: transformed.columns,
  };
}

function transform(context: CheckContext, input: Variable, syntax: SyntaxExpression): Variable | undefined {
  if (syntax.transform === undefined) return input;
  if (input.columns.kind === 'closed' || input.columns.joined !== undefined) {
    const parameters = { transform: syntax.transform, variable: input.version.name };
    context.diagnostics.report('transform-on-rows', syntax.input, parameters);
    return undefined;
  }
  const extra = new Set([...input.columns.extra, ...ADDED_COLUMNS[syntax.transform]]);
  return { version: { ...input.version, shape: 'rows' }, columns: { ...input.columns, extra } };
}

export function checkSort(context: CheckContext, input: Variable, sort: SyntaxSort): SortKey | undefined {
  const path = resolveColumn(input, sort.attribute, context.diagnostics);
  return path && { path, direction: sort.direction };
}
