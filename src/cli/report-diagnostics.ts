import { hasErrors } from '../hunts/compile-hunt.ts';
import type { Diagnostic } from '../language/diagnostic.ts';
import type { ReportedDiagnostic } from './check.ts';
import type { LoadedHunt } from './load-hunts.ts';
import { renderCheckReport } from './render-check-report.ts';
import { diagnosticDocument } from './run-report.ts';
import { usesColour, write, type TerminalIo } from './terminal-io.ts';

/** Tells on stderr what is wrong with a hunt, with the lines it stands in. */
export function reportDiagnostics(hunt: LoadedHunt, diagnostics: readonly Diagnostic[], io: TerminalIo): Promise<void> {
  const ok = !hasErrors(diagnostics);
  const reported = diagnostics.map(diagnosticDocument) as ReportedDiagnostic[];
  return write(
    io.stderr,
    renderCheckReport(
      { ok, files: [{ file: hunt.file, ok, statements: hunt.statements, diagnostics: reported }] },
      { texts: [{ file: hunt.file, text: hunt.text }], color: usesColour(io.stderr, io.env) },
    ),
  );
}
