import { resolve } from 'node:path';
import type { Command } from 'commander';
import { UsageError } from '../../errors/windhover-error.ts';
import { compileHunt } from '../../hunts/compile-hunt.ts';
import { parseHuntFile } from '../../hunts/hunt-file/hunt-file-parse.ts';
import { compileTests } from '../../hunts/hunt-tests/compile-test.ts';
import type { Diagnostic, TextPosition } from '../../language/diagnostic.ts';
import { checkFiles, type CheckedText, type EmbeddedHuntflow } from './check.ts';
import { formatOption } from '../format-option.ts';
import { namedHuntflows } from '../hunt-files-of.ts';
import { encodingDiagnostic, huntPaths, isHuntFile, readHuntText } from '../load-hunts.ts';
import { TextEncodingError } from '../read-text-file.ts';
import type { CommandContext } from '../command-context.ts';
import { readConfig } from '../config/read-config.ts';
import { renderCheckReport } from './render-check-report.ts';
import { usesColour, write } from '../terminal-io.ts';

export function addCheckCommand(program: Command, context: CommandContext): void {
  program
    .command('check')
    .description('parse and check huntflows and hunt files')
    .argument(
      '[file...]',
      'huntflows (.hf), hunt files (.hunt.yaml), or folders of them (default: hunts of the configuration)',
    )
    .option('--config <file>', 'configuration file (default: windhover.yaml where there is one)')
    .addOption(formatOption(['text', 'json']))
    .addHelpText(
      'after',
      `
Example:
  windhover check hunts/

Exit codes: 0 no errors; 1 a file has errors; 2 the call is wrong`,
    )
    .action(async (files: string[], { format, config }: { format: 'text' | 'json'; config?: string }) => {
      const { io } = context;
      const args = files.length > 0 ? files : (await readConfig(config, io)).hunts;
      if (args.length === 0) {
        throw new UsageError(
          'hunt-missing',
          'There is nothing to check',
          'Name a .hf or .hunt.yaml file, or a folder of them.',
        );
      }
      const texts: CheckedText[] = [];
      const broken = new Map<string, Diagnostic>();
      for (const argument of args) {
        for (const file of await huntPaths(argument, io.cwd)) {
          try {
            texts.push({ file, text: await readHuntText(file, io.cwd) });
          } catch (error) {
            if (!(error instanceof TextEncodingError)) throw error;
            texts.push({ file, text: error.text });
            broken.set(file, encodingDiagnostic(error));
          }
        }
      }
      const named = await namedHuntflows(
        texts.map(({ file }) => file),
        io.cwd,
      );
      const report = checkFiles(texts, {
        extract: (file, text) => {
          const problem = broken.get(file);
          if (problem !== undefined) return [{ mapPosition: unmoved, diagnostics: [problem] }];
          const owner = named.get(resolve(io.cwd, file));
          return owner === undefined ? extract(file, text) : [asOwnersHuntflow(text, owner)];
        },
      });
      await write(
        io.stdout,
        format === 'json'
          ? `${JSON.stringify(report, null, 2)}\n`
          : renderCheckReport(report, { texts, color: usesColour(io.stdout, io.env) }),
      );
      context.exit(report.ok ? 0 : 1);
    });
}

const unmoved = (position: TextPosition): TextPosition => position;

/** The huntflow of a hunt file that is a file of its own: it may be written in relations that only the hunt file allows. */
function asOwnersHuntflow(huntflow: string, owner: string): EmbeddedHuntflow {
  const relations = parseHuntFile('', owner).hunt?.relations ?? 'standard';
  return { huntflow, relations, mapPosition: unmoved, diagnostics: [] };
}

/** The huntflow in a hunt file, with what is wrong around it: the file itself, its alerts and its tests. */
function extract(file: string, text: string): readonly EmbeddedHuntflow[] | undefined {
  if (!isHuntFile(file)) return undefined;
  const { hunt, diagnostics } = parseHuntFile(file, text);
  if (hunt === undefined || hunt.huntflow.kind === 'file') {
    return [{ mapPosition: unmoved, diagnostics }];
  }
  const { text: huntflow, mapPosition } = hunt.huntflow;
  const compiled = compileHunt(hunt, huntflow);
  const ofAlerts = compiled.diagnostics.filter(isOfAlerts);
  const ofTests = compiled.hunt === undefined ? [] : compileTests(compiled.hunt).diagnostics;
  const { relations } = hunt;
  return [{ huntflow, relations, mapPosition, diagnostics: [...diagnostics, ...ofAlerts, ...ofTests] }];
}

function isOfAlerts({ code }: Diagnostic): boolean {
  return code.startsWith('alert-');
}
