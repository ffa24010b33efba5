import { entityType, entityTypes } from '../../catalogue/entity-type.ts';
import { nearest } from '../../catalogue/nearest.ts';
import type { DiagnosticCollector } from '../diagnostic-collector.ts';
import type { TextRange } from '../diagnostic.ts';
import type { LineIndex } from '../line-index.ts';
import type { LoadedTables } from '../loaded-table.ts';
import type { Span, Word } from '../syntax-tree.ts';
import { Scope, type Variable } from './scope.ts';

/** What the checks of all statements share. */
export class CheckContext {
  readonly scope = new Scope();
  readonly diagnostics: DiagnosticCollector;
  readonly defaultScheme: string;
  /** Sources of the last GET that named any: a GET without FROM reads them again. */
  lastSources: readonly string[] | undefined;
  /** Some statement could not be read; it may have named the source that a later GET goes on with. */
  hasSyntaxErrors = false;
  /** Variables that were saved so far, by path: LOAD of one means that variable. */
  readonly saved = new Map<string, Variable>();
  /** Content of the files that LOAD names; absent where nobody looked at them. */
  readonly tables: LoadedTables | undefined;
  /** FIND may use the relations that Kestrel 1.8 lacks. */
  readonly extendedRelations: boolean;
  readonly #lines: LineIndex;

  constructor(
    diagnostics: DiagnosticCollector,
    lines: LineIndex,
    options: {
      readonly defaultScheme: string;
      readonly tables: LoadedTables | undefined;
      readonly extendedRelations: boolean;
    },
  ) {
    this.diagnostics = diagnostics;
    this.defaultScheme = options.defaultScheme;
    this.tables = options.tables;
    this.extendedRelations = options.extendedRelations;
    this.#lines = lines;
  }

  range(span: Span): TextRange {
    return this.#lines.range(span.start, span.end);
  }

  /** Warns of a type that no source delivers. `x-…` types are anybody's own. */
  warnOfUnknownType(type: Word): void {
    if (type.text.startsWith('x-') || entityType(type.text) !== undefined) return;
    const suggestion = nearest(
      type.text,
      entityTypes().map((each) => each.type),
    );
    this.diagnostics.report('type-unknown', type, { type: type.text, suggestion });
  }
}
