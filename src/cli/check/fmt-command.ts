import type { Command } from 'commander';
import { resolve } from 'node:path';
import { UsageError } from '../../errors/windhover-error.ts';
import { formatHuntFile, type FormatHuntFileResult } from '../../hunts/hunt-file/format-hunt-file.ts';
import { formatHuntflow } from '../../language/format/format-huntflow.ts';
import { escapeTerminal } from '../../sinks/terminal/escape-terminal.ts';
import type { ReportedDiagnostic } from './check.ts';
import type { CommandContext } from '../command-context.ts';
import { huntPaths, isHuntFile, MAX_HUNT_BYTES, readHuntText } from '../load-hunts.ts';
import { decodeText } from '../read-text-file.ts';
import { renderCheckReport } from './render-check-report.ts';
import { replaceFile } from '../replace-file.ts';
import { diagnosticDocument } from '../run/run-report.ts';
import { usesColour, write } from '../terminal-io.ts';

export function addFmtCommand(program: Command, context: CommandContext): void {
  program
    .command('fmt')
    .description('rewrite huntflows and hunt files in the one layout')
    .argument('<file...>', 'huntflows (.hf), hunt files (.hunt.yaml), folders of them, or - for standard input')
    .option('--check', 'change nothing; exit 1 when a file is not formatted', false)
    .addHelpText(
      'after',
      `
Example:
  windhover fmt hunts/

Exit codes: 0 done; 1 a file has syntax errors and was left alone, or, with --check, is not formatted; 2 the call is
wrong, or a file cannot be read or written`,
    )
    .action(async (files: string[], { check }: { check: boolean }) => {
      if (!files.includes('-')) return context.exit(await formatFiles(files, check, context));
      if (files.length > 1) {
        throw new UsageError('option-stdin', 'Standard input is formatted alone', 'Name - or files, not both.');
      }
      context.exit(await formatInput(check, context));
    });
}

/** Standard input to standard output; nothing is written where it has errors. */
async function formatInput(check: boolean, context: CommandContext): Promise<number> {
  const { io } = context;
  const text = decodeText(await readAll(context.stdin), 'standard input', 'hunt');
  const result = formatText('-', text);
  if (result.kind !== 'formatted') return report('-', text, result, context);
  if (!check) await write(io.stdout, result.text);
  return check && result.text !== text ? 1 : 0;
}

/** Names every file that is changed, or with `check` would be, on stdout. */
async function formatFiles(files: readonly string[], check: boolean, context: CommandContext): Promise<number> {
  const { io } = context;
  let code = 0;
  for (const argument of files) {
    for (const file of await huntPaths(argument, io.cwd)) {
      const text = await readHuntText(file, io.cwd);
      const result = formatText(file, text);
      if (result.kind !== 'formatted') {
        code = Math.max(code, await report(file, text, result, context));
      } else if (result.text !== text) {
        if (check) code = 1;
        else await replaceFile(resolve(io.cwd, file), result.text);
        await write(io.stdout, `${escapeTerminal(file)}\n`);
      }
    }
  }
  return code;
}

function formatText(file: string, text: string): FormatHuntFileResult {
  if (isHuntFile(file)) return formatHuntFile(file, text);
  const result = formatHuntflow(text);
  return result.ok ? { kind: 'formatted', text: result.text } : { kind: 'errors', diagnostics: result.diagnostics };
}

/** Why a file was left alone. Answers with the exit code. */
async function report(
  file: string,
  text: string,
  result: Exclude<FormatHuntFileResult, { kind: 'formatted' }>,
  { io }: CommandContext,
): Promise<number> {
  if (result.kind === 'left') {
    await write(io.stderr, `${escapeTerminal(file)} is left as it is: ${escapeTerminal(result.reason)}\n`);
    return 0;
  }
  const diagnostics = result.diagnostics.map(diagnosticDocument) as ReportedDiagnostic[];
  const name = file === '-' ? 'standard input' : file;
  await write(
    io.stderr,
    renderCheckReport(
      { ok: false, files: [{ file: name, ok: false, statements: 0, diagnostics }] },
      { texts: [{ file: name, text }], color: usesColour(io.stderr, io.env), summary: false },
    ),
  );
  return 1;
}

async function readAll(stdin: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of stdin) {
    size += chunk.length;
    if (size > MAX_HUNT_BYTES) {
      throw new UsageError(
        'hunt-too-large',
        'Standard input is too long',
        `A hunt has at most ${MAX_HUNT_BYTES} bytes.`,
      );
    }
    chunks.push(Buffer.from(chunk));
  }
  return Buffer.concat(chunks);
}
