import type { Command } from 'commander';
import type { CommandContext } from '../command-context.ts';
import { formatOption } from '../format-option.ts';
import { confined, readConfig } from '../config/read-config.ts';
import { parseSourceOptions } from '../sources/source-resolver.ts';
import { usesColour, write } from '../terminal-io.ts';

interface WhyNotFlags {
  readonly hunt: string;
  readonly source: readonly string[];
  readonly format: 'text' | 'json';
  readonly config?: string;
}

export function addWhyNotCommand(program: Command, context: CommandContext): void {
  program
    .command('why-not')
    .description('at which statement and comparison a record fell out of a hunt')
    .argument('<record>', 'FILE:OFFSET, FILE#LINE, or a record id')
    .requiredOption('--hunt <file>', 'the hunt: a huntflow (.hf) or a hunt file (.hunt.yaml)')
    .option(
      '--source <[name=]uri>',
      'place of a source that ends: file, folder or glob (repeatable)',
      (value: string, before: readonly string[]) => [...before, value],
      [],
    )
    .option('--config <file>', 'configuration file (default: windhover.yaml where there is one)')
    .addOption(formatOption(['text', 'json']))
    .addHelpText(
      'after',
      `
Example:
  windhover why-not telemetry/app.ndjson#1204 --hunt my.hunt.yaml --source ./telemetry/

Exit codes: 0 done; 1 the hunt has errors; 2 the call is wrong, or there is no such record; 3 a source cannot be read;
130 interrupted`,
    )
    .action(async (record: string, flags: WhyNotFlags) => {
      const { stdin } = context;
      const io = await confined(context.io, flags.config);
      const config = await readConfig(flags.config, io);
      const { named, everyName } = parseSourceOptions(flags.source);
      const sources = everyName === undefined ? new Map([...config.sources, ...named]) : named;
      const { findWhyNot } = await import('./why-not.ts');
      const { renderWhyNot, whyNotDocument } = await import('./render-why-not.ts');
      const { hostAliases, elastic } = config;
      const options = { record, hunt: flags.hunt, sources, everyName, hostAliases, elastic };
      const answer = await findWhyNot(options, io, stdin);
      if (io.signal.aborted) return context.exit(io.signal.reason === 'output-closed' ? 0 : 130);
      if (answer === undefined) return context.exit(1);
      const text =
        flags.format === 'json'
          ? `${JSON.stringify(whyNotDocument(answer), null, 2)}\n`
          : renderWhyNot(answer, { color: usesColour(io.stdout, io.env) });
      await write(io.stdout, text);
    });
}
