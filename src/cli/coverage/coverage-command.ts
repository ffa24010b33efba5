import type { Command } from 'commander';
import { resolve } from 'node:path';
import { escapeTerminal } from '../../sinks/terminal/escape-terminal.ts';
import type { CommandContext } from '../command-context.ts';
import { formatOption } from '../format-option.ts';
import { readConfig } from '../config/read-config.ts';
import { readStateCoverage, stateCoverageDocument } from './read-state-coverage.ts';
import { renderCoverageText } from './render-coverage-text.ts';
import { usesColour, write } from '../terminal-io.ts';

interface CoverageFlags {
  readonly state?: string;
  readonly hunt?: string;
  readonly config?: string;
  readonly format: 'text' | 'json';
}

export function addCoverageCommand(program: Command, context: CommandContext): void {
  program
    .command('coverage')
    .description('show what hunts have seen of their sources, how late, and where there are holes')
    .option('--state <dir>', 'the state folder; a run may use it meanwhile')
    .option('--hunt <id>', 'of this hunt only')
    .option('--config <file>', 'configuration file (default: windhover.yaml where there is one)')
    .addOption(formatOption(['text', 'json']))
    .addHelpText(
      'after',
      `
Example:
  windhover coverage --state ./windhover-state --hunt web-shell

Exit codes: 0 done; 2 the call is wrong, or there is no state; 3 the state cannot be read`,
    )
    .action(async ({ state, hunt, config, format }: CoverageFlags) => {
      const { io } = context;
      const folder = resolve(io.cwd, state ?? (await readConfig(config, io)).state ?? 'windhover-state');
      const scopes = await readStateCoverage(folder, hunt);
      if (format === 'json') {
        await write(io.stdout, `${JSON.stringify(stateCoverageDocument(folder, scopes), null, 2)}\n`);
        return;
      }
      const width = io.stdout.isTTY === true ? (io.stdout.columns ?? 80) : 100;
      const color = usesColour(io.stdout, io.env);
      for (const scope of scopes) await write(io.stdout, renderCoverageText(scope, { width, color }));
      if (scopes.length === 0) await write(io.stderr, `${escapeTerminal(folder)}: no hunt has read anything yet\n`);
    });
}
