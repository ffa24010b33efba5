import { Option, type Command } from 'commander';
import { UsageError } from '../../errors/windhover-error.ts';
import type { Compression } from '../../sinks/kafka/kafkajs-producer.ts';
import type { CommandContext } from '../command-context.ts';
import { formatOption } from '../format-option.ts';
import type { ReplayJournalFlags } from './replay-journal-command.ts';
import { parseReplayTarget } from './replay-target.ts';
import { systemTimer } from '../system-timer.ts';

interface ReplayFlags extends ReplayJournalFlags {
  readonly to?: string;
  readonly speed: string;
  readonly rate?: string;
  readonly skip: string;
  readonly key: 'none' | 'host';
  readonly compression: Compression;
  readonly overwrite: boolean;
  readonly quiet: boolean;
}

export const COMPRESSION_NAMES: readonly Compression[] = ['none', 'gzip', 'snappy', 'lz4', 'zstd'];

const collect = (value: string, before: readonly string[]): string[] => [...before, value];

export function addReplayCommand(program: Command, context: CommandContext): void {
  program
    .command('replay')
    .description('send recorded telemetry to Kafka, Elasticsearch or a file, at a chosen speed')
    .argument(
      '[file...]',
      'files, folders, globs, or - for standard input; several are merged by event time. With --journal: hunts',
    )
    .option(
      '--to <target>',
      'kafka://HOST:PORT/TOPIC, elastic+https://HOST:PORT/INDEX, a path or -. With --journal: a time',
    )
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
    .option('--journal <state>', 'instead: run hunts again by the journal of this state folder, and tell their alerts')
    .option('--check', 'with --journal: hold the alerts against the alert log', false)
    .option('--edited', 'with --journal: hunts that have been edited since, too, as they are now', false)
    .option('--from <time>', 'with --journal: alerts written from this time on')
    .option('--hunt <id>', 'with --journal: this hunt only (repeatable)', collect, [])
    .option('--source <[name=]uri>', 'with --journal: place of a source, as for run (repeatable)', collect, [])
    .option('--alert <variable>', 'with --journal: alert on a variable, as for run (repeatable)', collect, [])
    .option('--alerts <path>', 'with --journal: the alert log (default: alerts.ndjson in the state folder)')
    .addOption(formatOption(['text', 'ndjson']))
    .addHelpText(
      'after',
      `
Examples:
  windhover replay trace.ndjson.gz --to kafka://broker:9092/sysflow --speed 10
  windhover replay ./export/ --to elastic+https://es:9200/sysflow-events
  windhover replay --journal ./windhover-state hunts/ --source container1=/var/log/sysflow/ --check

Exit codes: 0 all was confirmed, or no difference; 1 --check found a difference; 2 the call or the configuration is wrong; 3 a file cannot be read, or the target
refuses some of it or takes no more; 130 interrupted, after what was under way was confirmed`,
    )
    .action(async (files: string[], flags: ReplayFlags) => {
      const { io, stdin } = context;
      if (flags.journal !== undefined) {
        const { replayJournalCommand } = await import('./replay-journal-command.ts');
        context.exit(await replayJournalCommand(files, { ...flags, journal: flags.journal }, context));
        return;
      }
      refuseJournalFlags(flags);
      if (files.length === 0) throw new UsageError('replay-file', 'There is no file to send', 'Name files or folders.');
      if (flags.to === undefined) {
        throw new UsageError('replay-target', 'There is nowhere to send to', 'Say where to: --to TARGET.');
      }
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

/** What means nothing without a journal. */
function refuseJournalFlags(flags: ReplayFlags): void {
  const { check, edited, from, hunt, source, alert, alerts } = flags;
  const given = {
    check,
    edited,
    from,
    hunt: hunt.length > 0,
    source: source.length > 0,
    alert: alert.length > 0,
    alerts,
  };
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined || value === false) continue;
    throw new UsageError(`option-${name}`, `--${name} is for replaying a journal`, 'Name one with --journal STATE.');
  }
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
