import type { Command } from 'commander';
import { UsageError } from '../errors/windhover-error.ts';
import type { CommandContext } from './command-context.ts';
import { formatOption } from './format-option.ts';

interface DoctorFlags {
  readonly format: 'text' | 'json';
  readonly records?: string;
}

export function addDoctorCommand(program: Command, context: CommandContext): void {
  program
    .command('doctor')
    .description('what a file of telemetry holds as the engine sees it: format, counts, entities, attribute names')
    .argument('<file...>', 'files, folders, globs, or - for standard input')
    .option('--records <n>', 'look at about this many records of each file only (default: all)')
    .addOption(formatOption(['text', 'json']))
    .addHelpText(
      'after',
      `
Example:
  windhover doctor ./telemetry/trace.ndjson.gz

Exit codes: 0 every file holds telemetry; 1 one holds none that can be used; 2 the call is wrong;
3 a file cannot be read; 130 interrupted`,
    )
    .action(async (files: string[], { format, records }: DoctorFlags) => {
      if (records !== undefined && !/^[1-9]\d{0,14}$/.test(records)) {
        throw new UsageError('option-records', `--records ${records} is no number`, 'Write a whole number above 0.');
      }
      const { doctor } = await import('./doctor.ts');
      const limit = records === undefined ? Infinity : Number(records);
      context.exit(await doctor({ files, format, records: limit }, context.io, context.stdin));
    });
}
