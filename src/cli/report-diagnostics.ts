import { hasErrors } from '../hunts/compile-hunt.ts';
import type { Diagnostic } from '../language/diagnostic.ts';
import type { ReportedDiagnostic } from './check/check.ts';
import type { LoadedHunt } from './load-hunts.ts';
import { renderCheckReport } from './check/render-check-report.ts';
import { diagnosticDocument } from './run/run-report.ts';
import { usesColour, write, type TerminalIo } from './terminal-io.ts';

/** Tells on stderr what is wrong with a hunt, with the lines it stands in. */
export function reportDiagnostics(hunt: LoadedHunt, diagnostics: readonly Diagnostic[], io: TerminalIo): Promise<void> {
  return write(io.stderr, renderDiagnostics(hunt, diagnostics, io));
}

/** What is wrong with a hunt, as stderr shows it. */
export function renderDiagnostics(hunt: LoadedHunt, diagnostics: readonly Diagnostic[], io: TerminalIo): string {
  const ok = !hasErrors(diagnostics);
  const reported = diagnostics.map(diagnosticDocument) as ReportedDiagnostic[];
  return renderCheckReport(
    { ok, files: [{ file: hunt.file, ok, statements: hunt.statements, diagnostics: reported }] },
    { texts: [{ file: hunt.file, text: hunt.text }], color: usesColour(io.stderr, io.env) },
  );
}
