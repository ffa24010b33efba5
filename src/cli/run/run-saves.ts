import type { WindhoverError } from '../../errors/windhover-error.ts';
import { escapeTerminal } from '../../sinks/terminal/escape-terminal.ts';
import { mapped, type CompiledHunt } from '../../hunts/compile-hunt.ts';
import type { SaveResult } from '../../hunts/run/hunt-saves.ts';
import type { Diagnostic } from '../../language/diagnostic.ts';
import type { PlannedSave } from '../../plan/hunt-plan.ts';
import { tablePath, type PathContext } from '../../tables/table-path.ts';
import type { LoadedHunt } from '../load-hunts.ts';
import { logDiagnostics } from '../log/log-diagnostics.ts';
import type { RunLog } from '../log/run-log.ts';
import type { ResolvedHunt } from '../why/resolved-hunt.ts';
import { diagnosticDocument, type HuntReport } from './run-report.ts';
import { writeJsonLine, type TerminalIo } from '../terminal-io.ts';

/** A SAVE that could not be written, at its statement. */
function saveFailure(hunt: CompiledHunt, { path, range }: PlannedSave, error: WindhoverError): Diagnostic {
  const { code, hint } = error;
  const message = `${path} cannot be saved: ${error.message}`;
  return mapped({ code, severity: 'error', range, message, hint }, hunt.definition);
}

/** What the end of a run says of its SAVE statements: the last failures, and the files that it did not come to. */
export function saveDiagnostics(hunt: CompiledHunt, results: readonly SaveResult[]): Diagnostic[] {
  return results.flatMap(({ save, rows, failure }): Diagnostic[] => {
    if (failure !== undefined) return [saveFailure(hunt, save, failure)];
    if (rows !== undefined) return [];
    const diagnostic: Diagnostic = {
      code: 'save-skipped',
      severity: 'warning',
      range: save.range,
      message: `${save.path} was not written: the input was not read to its end`,
      hint: 'What was saved there before is untouched.',
    };
    return [mapped(diagnostic, hunt.definition)];
  });
}

/** Says on stderr, and as a line of ndjson, that a file could not be written: a live run may go on for weeks. */
export async function tellSaveFailure(
  format: 'text' | 'json' | 'ndjson',
  io: TerminalIo,
  log: RunLog,
  loaded: readonly LoadedHunt[],
  hunt: CompiledHunt,
  save: PlannedSave,
  error: WindhoverError,
): Promise<void> {
  const diagnostic = saveFailure(hunt, save, error);
  if (format === 'ndjson') {
    const told = { kind: 'diagnostic', hunt: hunt.id, file: hunt.file, diagnostic: diagnosticDocument(diagnostic) };
    await writeJsonLine(io.stdout, told);
  }
  const where = loaded.find(({ file }) => file === hunt.file);
  if (where !== undefined) await logDiagnostics(log, where, [diagnostic], io);
}

/** Says what was saved, and what was not because the input was not read to its end. */
export async function tellSaves(reports: readonly HuntReport[], log: RunLog): Promise<void> {
  for (const { save, rows, failure } of reports.flatMap(({ result }) => result?.saves ?? [])) {
    if (failure !== undefined) continue;
    const { path: file, variable } = save;
    if (rows === undefined) {
      const told = `${file} was not written: the input was not read to its end`;
      await log.event('save-skipped', told, { file, variable }, `warning: ${escapeTerminal(told)}\n`);
    } else {
      const told = `${file}: ${rows} ${rows === 1 ? 'row' : 'rows'} of ${variable} saved`;
      await log.event('save-written', told, { file, variable, rows });
    }
  }
}

/** Two hunts that save to one file would overwrite each other: the later one does not run. */
export function withoutSaveTwins(hunts: readonly ResolvedHunt[], context: PathContext): ResolvedHunt[] {
  const owners = new Map<string, string>();
  return hunts.map((resolved): ResolvedHunt => {
    const { loaded } = resolved;
    if (loaded.hunt === undefined || resolved.session === undefined) return resolved;
    const twins = saveTwins(loaded.hunt, owners, context);
    if (twins.length === 0) return resolved;
    return { loaded, diagnostics: [...resolved.diagnostics, ...twins], session: undefined };
  });
}

/** SAVEs to a file that another hunt of the call saves to; `owners`: from file to hunt, filled as hunts come. */
function saveTwins(hunt: CompiledHunt, owners: Map<string, string>, context: PathContext): Diagnostic[] {
  return hunt.plan.saves.flatMap((save): Diagnostic[] => {
    let path: string;
    try {
      path = tablePath(save.path, context);
    } catch {
      return []; // Said when it is written.
    }
    const owner = owners.get(path) ?? hunt.id;
    owners.set(path, owner);
    if (owner === hunt.id) return [];
    const diagnostic: Diagnostic = {
      code: 'save-twice',
      severity: 'error',
      range: save.range,
      message: `${save.path} is saved by the hunt ${owner} too`,
      hint: 'Give one of them another file.',
    };
    return [mapped(diagnostic, hunt.definition)];
  });
}
