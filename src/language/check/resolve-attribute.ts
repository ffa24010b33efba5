import { type PathResolution, resolvePath } from '../../catalogue/resolve-path.ts';
import type { AttributePath } from '../ast.ts';
import type { DiagnosticCollector } from '../diagnostic-collector.ts';
import type { Word } from '../syntax-tree.ts';
import type { Variable } from './scope.ts';

/** What GROUP without WITH calls its columns (semantics: automatic aggregation). */
const AUTOMATIC = /^(?:unique_|mean_)|^(?:number_observed|first_observed|last_observed|start|end)$/;

/**
 * Resolves an attribute of a variable: one of the columns it is known to have, or an attribute of its entity type.
 * Reports an unknown one (deviation D9).
 */
export function resolveColumn(
  variable: Variable,
  word: Word,
  diagnostics: DiagnosticCollector,
): AttributePath | undefined {
  const { type } = variable.version;
  const { columns } = variable;
  const bare = bareName(word.text);
  if (columns.extra.has(bare) && columns.kind === 'closed') return columnPath(bare, word.text);
  const resolution = resolvePath(type, word.text);
  if (columns.kind === 'closed') {
    const column = resolution.ok && columns.extra.has(resolution.text) ? resolution.text : undefined;
    if (column !== undefined) return columnPath(column, word.text);
    if (columns.automatic === true && AUTOMATIC.test(bare)) return columnPath(bare, word.text);
    diagnostics.report('attribute-unknown', word, { attribute: bare, type: `the grouped ${variable.version.name}` });
    return undefined;
  }
  if (resolution.ok && resolution.type === type) return pathOf(resolution, word.text);
  if (columns.joined !== undefined) {
    const joined = resolvePath(columns.joined, word.text);
    if (joined.ok && joined.type === columns.joined) return pathOf(joined, word.text);
  }
  if (columns.extra.has(bare) || columns.kind === 'open') return columnPath(bare, word.text);
  reportUnknown(resolution, word, type, diagnostics);
  return undefined;
}

/** Reports what `resolvePath` could not resolve, or resolved to another entity. */
export function reportUnknown(
  resolution: PathResolution,
  word: Word,
  type: string | null,
  diagnostics: DiagnosticCollector,
): void {
  const parameters = resolution.ok
    ? { attribute: word.text, type: type ?? 'it' }
    : { attribute: resolution.segment, type: resolution.onType, suggestion: resolution.suggestion };
  diagnostics.report('attribute-unknown', word, parameters);
}

/** As the abstract syntax tree has it. The role of an ECS name counts in patterns over records only. */
export function pathOf(
  resolution: Extract<PathResolution, { ok: true }>,
  written: string,
  options: { keepRole?: boolean } = {},
): AttributePath {
  return {
    text: resolution.text,
    written,
    steps: resolution.steps,
    attribute: resolution.attribute,
    ...(options.keepRole === true && resolution.role !== undefined ? { role: resolution.role } : {}),
  };
}

/** A column that is read as it stands, without walking references. */
export function columnPath(column: string, written: string): AttributePath {
  return { text: column, written, steps: [], attribute: column };
}

/** Quotes and `[*]` are no part of a name. */
export function bareName(written: string): string {
  return written.replaceAll("'", '').replace('[*]', '');
}
