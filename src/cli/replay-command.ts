import { Option, type Command } from 'commander';
import { UsageError } from '../errors/windhover-error.ts';
import type { Compression } from '../replay/kafkajs-producer.ts';
import type { CommandContext } from './command-context.ts';
import { parseReplayTarget } from './replay-target.ts';
import { systemTimer } from './system-timer.ts';

interface ReplayFlags {
  readonly to: string;
  readonly speed: string;
  readonly rate?: string;
  readonly skip: string;
  readonly key: 'none' | 'host';
  readonly compression: Compression;
  readonly overwrite: boolean;
  readonly quiet: boolean;
  readonly config?: string;
}

export const COMPRESSION_NAMES: readonly Compression[] = ['none', 'gzip', 'snappy', 'lz4', 'zstd'];

export function addReplayCommand(program: Command, context: CommandContext): void {
  program
    .command('replay')
    .description('send recorded telemetry to Kafka, Elasticsearch or a file, at a chosen speed')
    .argument('<file...>', 'files, folders, globs, or - for standard input; several are merged by event time')
    .requiredOption('--to <target>', 'kafka://HOST:PORT/TOPIC, elastic+https://HOST:PORT/INDEX, a path or -')
    .option('--speed <factor>', '1 = as recorded, 10 = ten times as fast, max = as fast as it goes', 'max')
    .option('--rate <n>', 'records a second at most')
    .option('--skip <n>', 'leave out so many records at the beginning, to go on where a call ended', '0')
    .addOption(new Option('--key <key>', 'Kafka: key of the messages').choices(['none', 'host']).default('none'))
    .addOption(
      new Option('--compression <codec>', 'Kafka: how messages are packed').choices(COMPRESSION_NAMES).default('none'),
    )
    .option('--overwrite', 'Elasticsearch: replace documents of the same _id instead of leaving them', false)
    .option('--quiet', 'say nothing where all went well', false)
    .option('--config <file>', 'configuration file (default: windhover.yaml where there is one)')
    .addHelpText(
      'after',
      `
Examples:
  windhover replay trace.ndjson.gz --to kafka://broker:9092/sysflow --speed 10
  windhover replay ./export/ --to elastic+https://es:9200/sysflow-events

Exit codes: 0 all was confirmed; 2 the call or the configuration is wrong; 3 a file cannot be read, or the target
refuses some of it or takes no more; 130 interrupted, after what was under way was confirmed`,
    )
    .action(async (files: string[], flags: ReplayFlags) => {
      const { io, stdin } = context;
      const target = parseReplayTarget(flags.to);
      const speed = flags.speed === 'max' ? Infinity : positive('speed', flags.speed);
      const rate = flags.rate === undefined ? Infinity : positive('rate', flags.rate);
      if (!/^\d{1,15}$/u.test(flags.skip)) {
        throw new UsageError('option-skip', `--skip ${flags.skip} is no whole number`, 'Write digits only.');
      }
      const timer = systemTimer(io.now);
      const keyed = target.kind === 'kafka' && flags.key === 'host';
      const { config, compression, overwrite, quiet } = flags;
      const { replayFiles } = await import('./replay-files.ts');
      const { openReplaySink } = await import('./replay-sinks.ts');
      context.exit(
        await replayFiles(
          { files, speed, rate, skip: Number(flags.skip), keyed, quiet },
          (sources) => openReplaySink(target, { config, keyed, compression, overwrite, sources, timer }, io),
          io,
          stdin,
          timer,
        ),
      );
    });
}

function positive(option: string, value: string): number {
  const number = /^\d{1,9}(\.\d{1,6})?$/u.test(value) ? Number(value) : 0;
  if (number > 0) return number;
  throw new UsageError(
    `option-${option}`,
    `--${option} ${value} is no number above 0`,
    option === 'speed' ? 'Write 1, 10, 0.5 or max.' : 'Write records per second.',
  );
}
