import type { Command } from 'commander';
import { join, resolve } from 'node:path';
import { UsageError } from '../../errors/windhover-error.ts';
import type { CommandContext } from '../command-context.ts';
import { formatOption } from '../format-option.ts';
import { confined, readConfig } from '../config/read-config.ts';
import { usesColour, write } from '../terminal-io.ts';
import { writeReport } from '../write-report.ts';

interface WhyFlags {
  readonly log?: string;
  readonly state?: string;
  readonly hunt: readonly string[];
  readonly output?: string;
  readonly format: 'text' | 'json' | 'html';
  readonly config?: string;
}

export function addWhyCommand(program: Command, context: CommandContext): void {
  program
    .command('why')
    .description('why there is an alert: statements, entities, and its records read again')
    .argument('<alert>', 'event.id of an alert, or its first digits')
    .option('--log <path>', 'the alert log')
    .option('--state <dir>', 'the state folder whose alerts.ndjson is read')
    .option(
      '--hunt <file>',
      'where the hunt is: a file or a folder (repeatable; default: hunts of the configuration)',
      (value: string, before: readonly string[]) => [...before, value],
      [],
    )
    .option('--output <file>', 'write the answer here (default: standard output)')
    .option('--config <file>', 'configuration file (default: windhover.yaml where there is one)')
    .addOption(formatOption(['text', 'json', 'html']))
    .addHelpText(
      'after',
      `
Example:
  windhover why 5775d4e7 --state ./windhover-state --hunt hunts/
  windhover why 5775d4e7 --log alerts.ndjson --format html --output why.html

Exit codes: 0 done; 2 the call is wrong, or there is no such alert; 3 the log cannot be read`,
    )
    .action(async (alert: string, flags: WhyFlags) => {
      const io = await confined(context.io, flags.config);
      if (flags.log !== undefined && flags.state !== undefined) {
        throw new UsageError('option-log', '--log and --state name two logs', 'Give one of them.');
      }
      const config = await readConfig(flags.config, io);
      const folder = flags.state ?? config.state ?? 'windhover-state';
      const configured = flags.state === undefined ? config.alerts : undefined;
      const log = resolve(io.cwd, flags.log ?? configured ?? join(folder, 'alerts.ndjson'));
      const { findLineage } = await import('./why.ts');
      const { renderWhy, whyDocument } = await import('./render-why.ts');
      const { renderWhyHtml } = await import('./render-why-html.ts');
      const hunts = flags.hunt.length > 0 ? flags.hunt : config.hunts;
      const lineage = await findLineage({ alert, log, hunts, hostAliases: config.hostAliases }, io);
      const toTerminal = flags.output === undefined;
      const text = {
        text: () =>
          renderWhy(lineage, {
            color: toTerminal && usesColour(io.stdout, io.env),
            width: io.stdout.isTTY === true ? (io.stdout.columns ?? 80) : 400,
          }),
        json: () => `${JSON.stringify(whyDocument(lineage), null, 2)}\n`,
        html: () => renderWhyHtml(lineage),
      }[flags.format]();
      if (flags.output === undefined) await write(io.stdout, text);
      else await writeReport(resolve(io.cwd, flags.output), [text]);
    });
}
