import type { Command } from 'commander';
import { escapeTerminal } from '../../sinks/terminal/escape-terminal.ts';
import { parseConfig, readWrittenConfig } from './config-file.ts';
import type { CommandContext } from '../command-context.ts';
import { effectiveConfig, type ConfigOptions, type Setting, type SettingOrigin } from './effective-config.ts';
import { formatOption } from '../format-option.ts';
import { readConfigText } from './read-config.ts';
import { write } from '../terminal-io.ts';

interface ConfigShowFlags extends ConfigOptions {
  readonly config?: string;
  readonly format: 'text' | 'json';
}

const collect = (value: string, before: readonly string[]): string[] => [...before, value];

export function addConfigCommand(program: Command, context: CommandContext): void {
  const config = program.command('config').description('the configuration that holds');
  config
    .command('show')
    .description('print the effective configuration with the origin of each value, secrets redacted')
    .option('--config <file>', 'configuration file (default: windhover.yaml where there is one)')
    .option('--source <[name=]uri>', 'as for run (repeatable)', collect, [])
    .option('--state <dir>', 'as for run')
    .option('--alerts <path>', 'as for run')
    .option('--retention <duration>', 'as for run')
    .option('--lateness <duration>', 'as for run')
    .addOption(formatOption(['text', 'json']))
    .addHelpText(
      'after',
      `
Example:
  windhover config show --config ./windhover.yaml

Exit codes: 0 done; 2 the call or the configuration is wrong`,
    )
    .action(async ({ config: file, format, ...options }: ConfigShowFlags) => {
      const { io } = context;
      const { text, context: place, found } = await readConfigText(file, io);
      // What is wrong with it is said as a run would say it.
      parseConfig(text, place);
      const settings = effectiveConfig(readWrittenConfig(text, place), place.file, io.env, options);
      const shown = { file: found ? place.file : null, settings };
      await write(io.stdout, format === 'json' ? `${JSON.stringify(shown, null, 2)}\n` : rendered(settings));
    });
}

function rendered(settings: readonly Setting[]): string {
  const rows = settings.map(({ path, value, origin }) =>
    [path, typeof value === 'string' ? value : JSON.stringify(value), originText(origin)].map((text) =>
      escapeTerminal(text),
    ),
  );
  const widths = [0, 1].map((column) => Math.min(60, Math.max(0, ...rows.map((row) => row[column]?.length ?? 0))));
  return rows
    .map(
      ([path = '', value = '', origin = '']) =>
        `${path.padEnd(widths[0] ?? 0)}  ${value.padEnd(widths[1] ?? 0)}  ${origin}\n`,
    )
    .join('');
}

function originText(origin: SettingOrigin): string {
  switch (origin.kind) {
    case 'file': {
      const from = origin.variables.length === 0 ? '' : `, from ${origin.variables.join(', ')}`;
      return `${origin.file}:${origin.line}${from}`;
    }
    case 'environment':
      return origin.variable;
    case 'option':
      return origin.option;
    case 'default':
      return 'default';
  }
}
