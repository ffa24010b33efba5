import { checkHuntflow } from '../../language/check/check-huntflow.ts';
import type { Diagnostic, Severity, TextPosition } from '../../language/diagnostic.ts';

export interface CheckedText {
  /** Path as the caller gave it. */
  readonly file: string;
  readonly text: string;
}

/** A huntflow inside another file, and what is wrong around it; positions of `diagnostics` are those of the file. */
export interface EmbeddedHuntflow {
  /** Absent where the file could not be read so far. */
  readonly huntflow?: string;
  readonly relations?: 'standard' | 'extended';
  readonly mapPosition: (position: TextPosition) => TextPosition;
  readonly diagnostics: readonly Diagnostic[];
}

export interface CheckFilesOptions {
  /** Takes the huntflows out of a file that holds more; undefined for a file that is a huntflow itself. */
  readonly extract?: (file: string, text: string) => readonly EmbeddedHuntflow[] | undefined;
}

/** Lines and columns count from 1, columns in UTF-16 units. */
export interface ReportedPosition {
  readonly line: number;
  readonly column: number;
}

export interface ReportedDiagnostic {
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  readonly hint?: string;
  readonly start: ReportedPosition;
  readonly end: ReportedPosition;
}

export interface CheckedFile {
  readonly file: string;
  /** No errors; warnings may be there. */
  readonly ok: boolean;
  /** Statements that have no error. */
  readonly statements: number;
  readonly diagnostics: readonly ReportedDiagnostic[];
}

/** What `windhover check --format json` prints. */
export interface CheckReport {
  readonly ok: boolean;
  readonly files: readonly CheckedFile[];
}

const unmapped = (position: TextPosition): TextPosition => position;

/** Checks huntflows and files that hold huntflows. Pure: reading the files is the caller's. */
export function checkFiles(texts: readonly CheckedText[], options: CheckFilesOptions = {}): CheckReport {
  const files = texts.map((each) => checkFile(each, options));
  return { ok: files.every((each) => each.ok), files };
}

function checkFile({ file, text }: CheckedText, options: CheckFilesOptions): CheckedFile {
  const whole = { huntflow: text, mapPosition: unmapped, diagnostics: [] };
  const parts: readonly EmbeddedHuntflow[] = options.extract?.(file, text) ?? [whole];
  const diagnostics: ReportedDiagnostic[] = [];
  let statements = 0;
  for (const part of parts) {
    diagnostics.push(...part.diagnostics.map((each) => reported(each, unmapped)));
    if (part.huntflow === undefined) continue;
    const checked = checkHuntflow(part.huntflow, part.relations === undefined ? {} : { relations: part.relations });
    statements += checked.statements.length;
    diagnostics.push(...checked.diagnostics.map((each) => reported(each, part.mapPosition)));
  }
  return { file, ok: diagnostics.every((each) => each.severity !== 'error'), statements, diagnostics };
}

function reported(diagnostic: Diagnostic, map: (position: TextPosition) => TextPosition): ReportedDiagnostic {
  const { code, severity, message, hint, range } = diagnostic;
  const start = map(range.start);
  const end = map(range.end);
  return {
    code,
    severity,
    message,
    ...(hint === undefined ? {} : { hint }),
    start: { line: start.line, column: start.column },
    end: { line: end.line, column: end.column },
  };
}
