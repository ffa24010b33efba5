import { entityType } from '../../catalogue/entity-type.ts';
import { resolvePath } from '../../catalogue/resolve-path.ts';
import type { LiteralValue, NewStatement } from '../ast.ts';
import type { SyntaxCommand, SyntaxPair } from '../syntax-tree.ts';
import type { CheckContext } from './check-context.ts';
import type { Core } from './check-query.ts';
import { bareName } from './resolve-attribute.ts';

type New = Extract<SyntaxCommand, { kind: 'new' }>;

/** Every row has a value, if only null, for every column. */
export const MAX_COLUMNS = 200;
export const DEFAULT_PRIMARY = 'value';

export function checkNew(context: CheckContext, command: New): Core<NewStatement> | undefined {
  return command.data.kind === 'texts'
    ? newFromTexts(
        context,
        command,
        command.data.texts.map((each) => each.value),
      )
    : newFromObjects(context, command, command.data.objects);
}

function newFromTexts(
  context: CheckContext,
  command: New,
  texts: readonly LiteralValue[],
): Core<NewStatement> | undefined {
  const type = command.type?.text;
  if (type === undefined) {
    reportMissingType(context, command);
    return undefined;
  }
  const primary = entityType(type)?.primary ?? DEFAULT_PRIMARY;
  return { kind: 'new', type, columns: [primary], rows: texts.map((text) => [text]) };
}

function newFromObjects(
  context: CheckContext,
  command: New,
  objects: readonly (readonly SyntaxPair[])[],
): Core<NewStatement> | undefined {
  const type = typeOfObjects(context, command, objects);
  if (type === undefined) return undefined;
  const columnNames = new Map<string, string>();
  const indexes = new Map<string, number>();
  const rows = objects.map((object) => {
    const row: LiteralValue[] = [];
    for (const { key, datum } of object) {
      if (key.text === 'type') continue;
      const column = columnNames.get(key.text) ?? columnOf(type, key.text);
      columnNames.set(key.text, column);
      const index = indexes.get(column) ?? indexes.size;
      indexes.set(column, index);
      row[index] = datum.value;
    }
    return row;
  });
  const columns = [...indexes.keys()];
  if (columns.length > MAX_COLUMNS) {
    context.diagnostics.report('list-too-long', firstPlace(command), { length: columns.length, limit: MAX_COLUMNS });
    return undefined;
  }
  return { kind: 'new', type, columns, rows: rows.map((row) => columns.map((_, index) => row[index] ?? null)) };
}

/** The `type` of the objects wins over the written one. */
function typeOfObjects(
  context: CheckContext,
  command: New,
  objects: readonly (readonly SyntaxPair[])[],
): string | undefined {
  const types = new Set<string>();
  for (const object of objects) {
    for (const { key, datum } of object) if (key.text === 'type') types.add(String(datum.value));
  }
  const first = [...types][0] ?? command.type?.text;
  if (types.size > 1) {
    const at = objects.flat().findLast((pair) => pair.key.text === 'type' && String(pair.datum.value) !== first);
    context.diagnostics.report('new-type-mixed', at?.datum ?? firstPlace(command), { types: [...types].slice(0, 5) });
    return undefined;
  }
  if (first === undefined) reportMissingType(context, command);
  return first;
}

function reportMissingType(context: CheckContext, command: New): void {
  context.diagnostics.report('new-type-missing', firstPlace(command), {});
}

function firstPlace(command: New): { start: number; end: number } {
  const first = command.data.kind === 'texts' ? command.data.texts[0] : command.data.objects[0]?.[0]?.key;
  return { start: first?.start ?? 0, end: first?.end ?? 0 };
}

/** A column under the catalogue's name for it, else as written. */
export function columnOf(type: string, key: string): string {
  const resolution = resolvePath(type, key);
  return resolution.ok && resolution.type === type ? resolution.text : bareName(key);
}
