import type { CheckedHuntflow, Statement } from '../ast.ts';
import { DiagnosticCollector } from '../diagnostic-collector.ts';
import { LineIndex } from '../line-index.ts';
import type { LoadedTables } from '../loaded-table.ts';
import { parseHuntflow } from '../parser/parse-huntflow.ts';
import { CheckContext } from './check-context.ts';
import { bindBroken, checkStatement } from './check-statement.ts';

/** UTF-16 units; a huntflow written by people has a few thousand. */
export const MAX_TEXT_LENGTH = 1_048_576;

export interface CheckOptions {
  /** Scheme of a source that is written without one; Kestrel's is `stixshifter`. */
  readonly defaultScheme?: string;
  /** What stands in the files that LOAD names. Absent: LOAD is checked without looking at them, and has no rows. */
  readonly tables?: LoadedTables;
  /** `extended`: FIND may use the relations that Kestrel 1.8 lacks. Default: `standard`. */
  readonly relations?: 'standard' | 'extended';
}

/**
 * Parses and checks a huntflow: names resolved, types and relations checked, variables in static single assignment
 * form. Pure and synchronous; whatever the text holds, the answer is a checked huntflow with diagnostics.
 */
export function checkHuntflow(text: string, options: CheckOptions = {}): CheckedHuntflow {
  const lines = new LineIndex(text);
  const diagnostics = new DiagnosticCollector(lines);
  if (text.length > MAX_TEXT_LENGTH) {
    diagnostics.report('text-too-large', { start: 0, end: 0 }, { length: text.length, limit: MAX_TEXT_LENGTH });
    return { statements: [], statementCount: 0, variables: [], columns: [], diagnostics: diagnostics.sorted() };
  }
  const items = parseHuntflow(text, diagnostics);
  const context = new CheckContext(diagnostics, lines, {
    defaultScheme: options.defaultScheme ?? 'stixshifter',
    tables: options.tables,
    extendedRelations: options.relations === 'extended',
  });
  context.hasSyntaxErrors = diagnostics.errorCount > 0;
  const statements: Statement[] = [];
  for (const item of items) {
    if ('broken' in item) {
      bindBroken(context, item);
      continue;
    }
    const statement = checkStatement(context, text, item, statements.length);
    if (statement !== undefined) statements.push(statement);
  }
  return {
    statements,
    statementCount: items.length,
    variables: context.scope.variables(),
    columns: context.scope.columns(),
    diagnostics: diagnostics.sorted(),
  };
}
