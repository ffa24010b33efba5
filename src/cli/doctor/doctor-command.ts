import type { Command } from 'commander';
import { UsageError } from '../../errors/windhover-error.ts';
import type { CommandContext } from '../command-context.ts';
import type { SetupOptions } from './doctor-setup.ts';
import { formatOption } from '../format-option.ts';
import { renderSetup } from '../setup/render-setup.ts';
import { systemTimer } from '../system-timer.ts';
import { usesColour, write } from '../terminal-io.ts';

interface DoctorFlags {
  readonly format: 'text' | 'json';
  readonly records?: string;
  readonly config?: string;
  readonly state?: string;
}

export function addDoctorCommand(program: Command, context: CommandContext): void {
  program
    .command('doctor')
    .description('what a file of telemetry holds as the engine sees it; without a file: is everything set up right?')
    .argument('[file...]', 'files, folders, globs, or - for standard input; none: configuration, sources, sinks, state')
    .option('--records <n>', 'look at about this many records of each file only (default: all)')
    .option('--config <file>', 'without files: configuration file (default: windhover.yaml where there is one)')
    .option('--state <dir>', 'without files: state folder (default: that of the configuration)')
    .addOption(formatOption(['text', 'json']))
    .addHelpText(
      'after',
      `
Examples:
  windhover doctor ./telemetry/trace.ndjson.gz
  windhover doctor --config ./windhover.yaml

Exit codes: 0 every file holds telemetry, or no problem was found; 1 one holds none that can be used, or there are
problems; 2 the call or the configuration is wrong; 3 a file cannot be read; 130 interrupted`,
    )
    .action(async (files: string[], { format, records, config, state }: DoctorFlags) => {
      if (records !== undefined && !/^[1-9]\d{0,14}$/.test(records)) {
        throw new UsageError('option-records', `--records ${records} is no number`, 'Write a whole number above 0.');
      }
      if (files.length === 0) {
        if (records !== undefined) {
          throw new UsageError('option-records', '--records is for files', 'Name a file, or leave out --records.');
        }
        context.exit(await doctorSetup({ config, state }, format, context));
        return;
      }
      if (config !== undefined || state !== undefined) {
        throw new UsageError(
          'option-config',
          '--config and --state are for calls without files',
          'Leave them, or the files, out.',
        );
      }
      const { doctor } = await import('./doctor.ts');
      const limit = records === undefined ? Infinity : Number(records);
      context.exit(await doctor({ files, format, records: limit }, context.io, context.stdin));
    });
}

async function doctorSetup(options: SetupOptions, format: 'text' | 'json', { io }: CommandContext): Promise<number> {
  const { checkSetup, realWorld } = await import('./doctor-setup.ts');
  const { report, exitCode } = await checkSetup(options, realWorld(systemTimer(io.now)), io);
  if (io.signal.aborted) return io.signal.reason === 'output-closed' ? 0 : 130;
  const text =
    format === 'json' ? `${JSON.stringify(report, null, 2)}\n` : renderSetup(report, usesColour(io.stdout, io.env));
  await write(io.stdout, text);
  return exitCode;
}
