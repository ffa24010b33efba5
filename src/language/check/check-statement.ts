import type { AttributePath, Statement } from '../ast.ts';
import type { BrokenStatement, SyntaxCommand, SyntaxStatement, Word } from '../syntax-tree.ts';
import type { CheckContext } from './check-context.ts';
import { checkApply } from './check-apply.ts';
import { checkNew } from './check-data.ts';
import { checkExpression, checkSort } from './check-expression.ts';
import { checkFilePath } from './check-file-path.ts';
import { checkLoad } from './check-load.ts';
import { checkFind, checkGet } from './check-query.ts';
import { checkGroup, checkJoin } from './check-rows.ts';
import { resolveColumn } from './resolve-attribute.ts';
import { type Columns, TYPED, type Variable } from './scope.ts';
import type { Outcome } from './statement-outcome.ts';

const MAX_STATEMENT_TEXT = 200;

/** Index that versions bound by a faulty statement carry. */
const NO_STATEMENT = -1;

/**
 * Checks one statement and binds its result. Undefined if it has an error; its result is bound all the same, so that
 * later statements are not reported for it.
 */
export function checkStatement(
  context: CheckContext,
  text: string,
  statement: SyntaxStatement,
  index: number,
): Statement | undefined {
  const { core, result } = checkCommand(context, statement.command, index);
  const base = { range: context.range(statement), text: foldBlanks(text.slice(statement.start, statement.end)) };
  if (result === undefined) return core && ({ ...core, ...base } as Statement);
  const { columns, ...binding } = result;
  const version = { ...binding, statement: core === undefined ? NO_STATEMENT : index };
  const output = context.scope.bind(statement.output?.text, version, columns).version;
  return core && ({ ...core, ...base, output } as Statement);
}

/** Binds what a statement with a syntax error was going to bind. */
export function bindBroken(context: CheckContext, statement: BrokenStatement): void {
  if (statement.output === undefined) return;
  const version = { type: statement.type ?? null, statement: NO_STATEMENT, shape: 'entities' as const };
  context.scope.bind(statement.output, version, { extra: new Set(), kind: 'open' });
}

function entities(type: string | null, columns: Columns = TYPED): NonNullable<Outcome['result']> {
  return { type, shape: 'entities', columns };
}

function checkCommand(context: CheckContext, command: SyntaxCommand, index: number): Outcome {
  const { scope, diagnostics } = context;
  switch (command.kind) {
    case 'get': {
      const { sources, type } = command;
      const origin = sources !== undefined && !sources.quoted ? scope.find(sources.text) : undefined;
      const result = entities(type.text, origin?.columns);
      return { core: checkGet(context, command), result: { ...result, shape: origin?.version.shape ?? 'entities' } };
    }
    case 'find':
      return { core: checkFind(context, command), result: entities(command.type.text) };
    case 'new': {
      const core = checkNew(context, command);
      const extra = new Set(core?.columns ?? []);
      const columns: Columns = { extra, kind: core === undefined ? 'open' : 'typed' };
      return { core, result: entities(core?.type ?? command.type?.text ?? null, columns) };
    }
    case 'load':
      return checkLoad(context, command);
    case 'merge':
      return checkMerge(context, command.inputs);
    case 'join': {
      const checked = checkJoin(context, command);
      const type = scope.find(command.left.text)?.version.type ?? null;
      return { core: checked?.core, result: { type, shape: 'rows', columns: checked?.columns ?? OPEN } };
    }
    case 'assign':
    case 'disp':
    case 'sort':
    case 'group':
    case 'info':
    case 'describe':
    case 'save':
    case 'explain': {
      const word = command.kind === 'assign' || command.kind === 'disp' ? command.expression.input : command.input;
      const input = scope.use(word, diagnostics);
      return input === undefined ? unknownInput(command) : checkOverVariable(context, command, input);
    }
    case 'apply':
      return { core: checkApply(context, command, index, NO_STATEMENT) };
  }
}

const OPEN: Columns = { extra: new Set(), kind: 'open' };

function unknownInput(command: SyntaxCommand): Outcome {
  const yields = command.kind === 'assign' || command.kind === 'sort' || command.kind === 'group';
  return { core: undefined, ...(yields && { result: entities(null, OPEN) }) };
}

type OverVariable = Extract<
  SyntaxCommand,
  { kind: 'assign' | 'disp' | 'sort' | 'group' | 'info' | 'describe' | 'save' | 'explain' }
>;

function checkOverVariable(context: CheckContext, command: OverVariable, input: Variable): Outcome {
  const { version } = input;
  switch (command.kind) {
    case 'assign': {
      const checked = checkExpression(context, input, command.expression);
      const { shape, columns } = checked ?? { shape: version.shape, columns: input.columns };
      return {
        core: checked && { kind: 'assign', expression: checked.expression },
        result: { type: version.type, shape, columns },
      };
    }
    case 'disp': {
      const checked = checkExpression(context, input, command.expression);
      return { core: checked && { kind: 'disp', expression: checked.expression } };
    }
    case 'sort': {
      const sort = checkSort(context, input, command.sort);
      return {
        core: sort && { kind: 'sort', input: version, sort },
        result: { type: version.type, shape: version.shape, columns: input.columns },
      };
    }
    case 'group': {
      const checked = checkGroup(context, input, command);
      return {
        core: checked?.core,
        result: { type: version.type, shape: 'rows', columns: checked?.columns ?? OPEN },
      };
    }
    case 'describe': {
      const path: AttributePath | undefined = resolveColumn(input, command.attribute, context.diagnostics);
      return { core: path && { kind: 'describe', input: version, path } };
    }
    case 'save': {
      const path = checkFilePath(context, command.path);
      if (path !== undefined) context.saved.set(path, input);
      return { core: path === undefined ? undefined : { kind: 'save', input: version, path } };
    }
    default:
      return { core: { kind: command.kind, input: version } };
  }
}

function checkMerge(context: CheckContext, words: readonly Word[]): Outcome {
  const inputs = words.map((each) => context.scope.use(each, context.diagnostics));
  const known = inputs.filter((each) => each !== undefined);
  const types = [...new Set(known.map((each) => each.version.type).filter((each) => each !== null))];
  const shape = known.some((each) => each.version.shape === 'rows') ? 'rows' : 'entities';
  const extra = new Set(known.flatMap((each) => [...each.columns.extra]));
  const isClosed = known.every((each) => each.columns.kind === 'closed');
  const isOpen = known.some((each) => each.columns.kind === 'open');
  const columns: Columns = {
    extra,
    kind: isClosed ? 'closed' : isOpen ? 'open' : 'typed',
    automatic: known.some((each) => each.columns.automatic === true),
  };
  const result = { type: types[0] ?? null, shape, columns } as const;
  if (types.length > 1) {
    const at = words.find((_, position) => (inputs[position]?.version.type ?? types[0]) !== types[0]);
    context.diagnostics.report('merge-types', at ?? { start: 0, end: 0 }, { types });
  }
  const isSound = known.length === inputs.length && types.length <= 1;
  return { core: isSound ? { kind: 'merge', inputs: known.map((each) => each.version) } : undefined, result };
}

function foldBlanks(text: string): string {
  const folded = text
    .slice(0, 10 * MAX_STATEMENT_TEXT)
    .replace(/\s+/g, ' ')
    .trim();
  return folded.length <= MAX_STATEMENT_TEXT ? folded : `${folded.slice(0, MAX_STATEMENT_TEXT - 1)}…`;
}
