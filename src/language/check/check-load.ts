import { attributeOf } from '../../catalogue/attribute-of.ts';
import type { AttributeKind } from '../../catalogue/catalogue.ts';
import { entityType } from '../../catalogue/entity-type.ts';
import { resolvePath } from '../../catalogue/resolve-path.ts';
import type { GivenValue, LoadStatement } from '../ast.ts';
import type { LoadedCell, LoadedTable } from '../loaded-table.ts';
import { parseTimestamp } from '../parser/timestamp.ts';
import type { SyntaxCommand } from '../syntax-tree.ts';
import type { CheckContext } from './check-context.ts';
import { columnOf, DEFAULT_PRIMARY } from './check-data.ts';
import { checkFilePath } from './check-file-path.ts';
import type { Core } from './check-query.ts';
import type { Outcome } from './statement-outcome.ts';
import type { Columns } from './scope.ts';

type Load = Extract<SyntaxCommand, { kind: 'load' }>;

/**
 * LOAD: rows as NEW has them, from a file. A path that the huntflow saved before means the variable saved, as the file
 * is written when the run ends; so the result is that of a plain assignment.
 */
export function checkLoad(context: CheckContext, command: Load): Outcome {
  const path = checkFilePath(context, command.path);
  const saved = path === undefined ? undefined : context.saved.get(path);
  if (saved !== undefined) {
    const { version, columns } = saved;
    const core = { kind: 'assign', expression: { input: version } } as const;
    return { core, result: { type: version.type, shape: version.shape, columns } };
  }
  const core = path === undefined ? undefined : loadFile(context, command, path);
  const type = core?.type ?? command.type?.text ?? null;
  // Other files of the same name may have other columns: what this one lacks is null, not wrong.
  const columns: Columns = { extra: new Set(core?.columns ?? []), kind: 'open' };
  return { core, result: { type, shape: 'entities', columns } };
}

function loadFile(context: CheckContext, command: Load, path: string): Core<LoadStatement> | undefined {
  const asType = command.type?.text;
  const loaded = context.tables?.get(path);
  if (loaded === undefined) {
    return { kind: 'load', path, isRead: false, type: asType ?? null, columns: [], rows: [] };
  }
  if (loaded.kind === 'failure') {
    context.diagnostics.report('load-unreadable', command.path, { path, problem: loaded.problem, hint: loaded.hint });
    return undefined;
  }
  const type = typeOfRows(context, command, loaded);
  if (type === undefined) return undefined;
  if (loaded.columns.length === 0) {
    const primary = entityType(type)?.primary ?? DEFAULT_PRIMARY;
    return { kind: 'load', path, isRead: true, type, columns: [primary], rows: loaded.rows };
  }
  return columnsOf(context, command, path, type, loaded);
}

/** The column `type` wins over AS. */
function typeOfRows(context: CheckContext, command: Load, table: LoadedTable): string | undefined {
  const column = table.columns.indexOf('type');
  let first: string | undefined;
  for (const [i, row] of column < 0 ? [] : table.rows.entries()) {
    const cell = row[column] ?? null;
    if (cell === null || cell === '') continue;
    const type = String(cell);
    first ??= type;
    if (type === first) continue;
    const line = table.lines[i] ?? 0;
    context.diagnostics.report('load-type-mixed', command.path, { types: [first, type], line });
    return undefined;
  }
  const type = first ?? command.type?.text;
  if (type === undefined) {
    context.diagnostics.report('load-type-missing', command.path, { isEmpty: table.rows.length === 0 });
  }
  return type;
}

function columnsOf(
  context: CheckContext,
  command: Load,
  path: string,
  type: string,
  table: LoadedTable,
): Core<LoadStatement> | undefined {
  const written = table.columns.flatMap((name, index) => (name === 'type' ? [] : [{ name, index }]));
  const columns = new Map<string, { readonly name: string; readonly index: number; readonly kind: AttributeKind }>();
  for (const { name, index } of written) {
    const column = columnOf(type, name);
    const other = columns.get(column);
    if (other !== undefined) {
      context.diagnostics.report('load-column-twice', command.path, { first: other.name, second: name, column });
      return undefined;
    }
    columns.set(column, { name, index, kind: kindOf(type, column) });
  }
  const cells = [...columns.values()];
  const rows = table.rows.map((row) => cells.map(({ index, kind }) => givenValue(row[index] ?? null, kind)));
  return { kind: 'load', path, isRead: true, type, columns: [...columns.keys()], rows };
}

function kindOf(type: string, column: string): AttributeKind {
  const direct = attributeOf(type, column);
  if (direct !== undefined) return direct.kind;
  const resolution = resolvePath(type, column);
  return resolution.ok && resolution.type === type ? resolution.kind : 'any';
}

/** Files write times and lists as text: attributes that the catalogue knows as such have them back. */
function givenValue(cell: LoadedCell, kind: AttributeKind): GivenValue {
  if (typeof cell !== 'string') return cell;
  if (kind === 'time') return parseTimestamp(cell) ?? cell;
  return kind === 'list' ? textsOf(cell) : cell;
}

/** `["a","b"]` as SAVE writes a list into CSV; any other text is a list of one. */
function textsOf(cell: string): readonly string[] {
  if (cell.startsWith('[')) {
    try {
      const list: unknown = JSON.parse(cell);
      if (Array.isArray(list) && list.every((each) => typeof each === 'string')) return list;
    } catch {
      // No list after all: a text that begins with a bracket.
    }
  }
  return [cell];
}
