import type { Diagnostic } from '../../language/diagnostic.ts';
import type { LoadedHunt } from '../load-hunts.ts';
import { renderDiagnostics } from '../report-diagnostics.ts';
import type { TerminalIo } from '../terminal-io.ts';
import type { AnyLoggedEvent, RunLog } from './run-log.ts';

/** Tells what is wrong with a hunt: for people with the lines it stands in. */
export function logDiagnostics(
  log: RunLog,
  hunt: LoadedHunt,
  diagnostics: readonly Diagnostic[],
  io: TerminalIo,
): Promise<void> {
  const events = diagnostics.map(({ code, severity, message, hint, range: { start } }): AnyLoggedEvent => ({
    name: severity === 'error' ? 'hunt-invalid' : 'hunt-warning',
    message: `${hunt.file}:${start.line}:${start.column}: ${message}`,
    fields: { hunt: hunt.id, file: hunt.file, line: start.line, column: start.column, code, hint },
  }));
  return log.events(events, renderDiagnostics(hunt, diagnostics, io));
}
