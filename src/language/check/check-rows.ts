import { resolvePath } from '../../catalogue/resolve-path.ts';
import type { Aggregate, GroupKey, GroupStatement, JoinStatement } from '../ast.ts';
import type { SyntaxAggregate, SyntaxCommand, SyntaxGroupKey } from '../syntax-tree.ts';
import type { CheckContext } from './check-context.ts';
import type { Core } from './check-query.ts';
import { bareName, resolveColumn } from './resolve-attribute.ts';
import type { Columns, Variable } from './scope.ts';

type Group = Extract<SyntaxCommand, { kind: 'group' }>;
type Join = Extract<SyntaxCommand, { kind: 'join' }>;

/** A statement with the columns that its result has. */
export interface WithColumns<S> {
  readonly core: Core<S>;
  readonly columns: Columns;
}

export function checkGroup(
  context: CheckContext,
  input: Variable,
  group: Group,
): WithColumns<GroupStatement> | undefined {
  const keys = group.keys.map((each) => checkKey(context, input, each));
  const aggregates = group.aggregates.map((each) => checkAggregate(context, input, each));
  const soundKeys = keys.filter((each) => each !== undefined);
  const soundAggregates = aggregates.filter((each) => each !== undefined);
  if (soundKeys.length < keys.length || soundAggregates.length < aggregates.length) return undefined;
  const extra = new Set(soundKeys.map((each) => (each.kind === 'bin' ? each.alias : each.path.text)));
  for (const [i, { alias }] of soundAggregates.entries()) {
    if (extra.has(alias)) {
      const written = group.aggregates[i] as SyntaxAggregate;
      context.diagnostics.report('group-column-twice', written.alias ?? written.attribute, { column: alias });
      return undefined;
    }
    extra.add(alias);
  }
  return {
    core: { kind: 'group', input: input.version, keys: soundKeys, aggregates: soundAggregates },
    columns: { extra, kind: 'closed', automatic: aggregates.length === 0 },
  };
}

function checkKey(context: CheckContext, input: Variable, key: SyntaxGroupKey): GroupKey | undefined {
  const path = resolveColumn(input, key.attribute, context.diagnostics);
  if (path === undefined || key.kind === 'attribute') return path && { kind: 'attribute', path };
  if (key.size < 1) {
    context.diagnostics.report('group-bin-size', key, {});
    return undefined;
  }
  const alias = `${bareName(key.attribute.text)}_bin`;
  return { kind: 'bin', path, size: key.size, ...(key.unit && { unit: key.unit }), alias };
}

function checkAggregate(context: CheckContext, input: Variable, aggregate: SyntaxAggregate): Aggregate | undefined {
  const path = resolveColumn(input, aggregate.attribute, context.diagnostics);
  if (path !== undefined) warnOfTexts(context, input, aggregate);
  const alias = aggregate.alias?.text ?? `${aggregate.function.toLowerCase()}_${bareName(aggregate.attribute.text)}`;
  return path && { function: aggregate.function, path, alias };
}

/** SUM and AVG of what the catalogue knows to be no number (A31). */
function warnOfTexts(context: CheckContext, input: Variable, { function: name, attribute }: SyntaxAggregate): void {
  if ((name !== 'SUM' && name !== 'AVG') || input.columns.kind === 'closed') return;
  const resolution = resolvePath(input.version.type, attribute.text);
  if (!resolution.ok || !resolution.known || ['integer', 'number', 'any'].includes(resolution.kind)) return;
  context.diagnostics.report('group-not-numbers', attribute, {
    aggregate: name,
    attribute: resolution.text,
    kind: resolution.kind === 'boolean' ? 'truth value' : resolution.kind,
  });
}

export function checkJoin(context: CheckContext, join: Join): WithColumns<JoinStatement> | undefined {
  const { diagnostics, scope } = context;
  const left = scope.use(join.left, diagnostics);
  const right = scope.use(join.right, diagnostics);
  if (join.by === undefined) diagnostics.report('join-without-by', join.right, {});
  if (left === undefined || right === undefined || join.by === undefined) return undefined;
  const leftKey = resolveColumn(left, join.by[0], diagnostics);
  const rightKey = resolveColumn(right, join.by[1], diagnostics);
  if (leftKey === undefined || rightKey === undefined) return undefined;
  return {
    core: { kind: 'join', left: left.version, right: right.version, by: [leftKey, rightKey] },
    columns: joinedColumns(left, right),
  };
}

function joinedColumns(left: Variable, right: Variable): Columns {
  const extra = new Set([...left.columns.extra, ...right.columns.extra]);
  const isOpen = left.columns.kind === 'open' || right.columns.kind === 'open';
  return { extra, kind: isOpen ? 'open' : 'typed', joined: right.version.type };
}
