import { Option, type Command } from 'commander';
import { resolve } from 'node:path';
import {
  BACKTEST_FORMATS,
  boundsOption,
  DEFAULT_MAX_ALERTS,
  maxAlertsOption,
  offsetsOption,
  type BacktestFormat,
} from './backtest-options.ts';
import type { CommandContext } from '../command-context.ts';
import { formatOption } from '../format-option.ts';
import { confined, readConfig } from '../config/read-config.ts';
import { DEFAULT_LATENESS_MS, DEFAULT_MAX_LINE_BYTES, durationOption, hostAliasOptions } from '../run/run-options.ts';
import { parseSourceOptions } from '../sources/source-resolver.ts';

interface BacktestFlags {
  readonly source: readonly string[];
  readonly from?: string;
  readonly to?: string;
  readonly offsets: readonly string[];
  readonly resume?: string;
  readonly alert: readonly string[];
  readonly against?: string;
  readonly expect?: string;
  readonly maxAlerts?: string;
  readonly retention?: string;
  readonly lateness?: string;
  readonly hostAlias: readonly string[];
  readonly output?: string;
  readonly format: BacktestFormat;
  readonly config?: string;
}

const collect = (value: string, before: readonly string[]): string[] => [...before, value];

export function addBacktestCommand(program: Command, context: CommandContext): void {
  program
    .command('backtest')
    .description('run hunts over history and report what they would have raised')
    .argument('[hunt...]', 'huntflows (.hf), hunt files (.hunt.yaml), or folders of them')
    .option(
      '--source <[name=]uri>',
      'place of a source: file, folder, glob, elastic+https://HOST:PORT/INDEX,… or kafka://HOST:PORT,…/TOPIC,… (repeatable)',
      collect,
      [],
    )
    .option('--from <time>', 'records from this event time on: ISO 8601, or a duration before now')
    .option('--to <time>', 'records before this event time')
    .option(
      '--offsets <topic[/partition]=first..last>',
      'read these offsets of a topic of Kafka (repeatable; default: by --from, up to where it ends)',
      collect,
      [],
    )
    .option('--resume <folder>', 'keep there how far it has come: the same call again goes on after an interruption')
    .option('--alert <variable>', 'alert on the members of a variable (repeatable)', collect, [])
    .option('--against <old>', 'compare with an older version: a file, a folder, git:REV or git:REV:PATH')
    .option(
      '--expect <file>',
      'a gate: ranges that have to hold, else exit code 1 (default: expect: of the hunt files)',
    )
    .option('--max-alerts <n>', `alerts that the report holds, the rest is counted (default: ${DEFAULT_MAX_ALERTS})`)
    .option('--retention <duration>', 'forget what is older than this, counted from the newest record')
    .option('--lateness <duration>', 'older than this by the clock counts as late (default: 60s)')
    .option('--host-alias <short=full>', 'two names of one host (repeatable)', collect, [])
    .addOption(new Option('--output <file>', 'write the report here (default: standard output)'))
    .option('--config <file>', 'configuration file (default: windhover.yaml where there is one)')
    .addOption(formatOption(BACKTEST_FORMATS))
    .addHelpText(
      'after',
      `
Example:
  windhover backtest hunts/ --source container1=./telemetry/ --from 2026-05-01 --to 2026-05-08
  windhover backtest my.hunt.yaml --source ./telemetry/ --against git:HEAD~1 --format html --output report.html

Exit codes: 0 done; 1 a hunt has errors, or a gate was missed; 2 the call or the configuration is wrong;
3 a source failed, or the report cannot be written; 130 interrupted`,
    )
    .action(async (hunts: string[], flags: BacktestFlags) => {
      const io = await confined(context.io, flags.config);
      const config = await readConfig(flags.config, io);
      const { named, everyName } = parseSourceOptions(flags.source);
      const retention = flags.retention === undefined ? undefined : durationOption('retention', flags.retention);
      const lateness = flags.lateness === undefined ? config.latenessMs : durationOption('lateness', flags.lateness);
      const typed = (path: string | undefined): string | undefined => path && resolve(io.cwd, path);
      const { backtestHunts } = await import('./backtest.ts');
      context.exit(
        await backtestHunts(
          {
            hunts: hunts.length > 0 ? hunts : config.hunts,
            sources: everyName === undefined ? new Map([...config.sources, ...named]) : named,
            everyName,
            givenNames: [...named.keys()],
            format: flags.format,
            output: typed(flags.output),
            alertOn: flags.alert,
            bounds: boundsOption(flags.from, flags.to, io.now()),
            writtenBounds: [flags.from ?? null, flags.to ?? null],
            resume: typed(flags.resume),
            against: flags.against,
            expect: typed(flags.expect),
            maxAlerts: flags.maxAlerts === undefined ? DEFAULT_MAX_ALERTS : maxAlertsOption(flags.maxAlerts),
            retentionMs: retention,
            latenessMs: lateness ?? DEFAULT_LATENESS_MS,
            hostAliases: new Map([...config.hostAliases, ...hostAliasOptions(flags.hostAlias)]),
            maxLineBytes: DEFAULT_MAX_LINE_BYTES,
            elastic: config.elastic,
            kafka: config.kafka,
            offsets: offsetsOption(flags.offsets),
            historyOf: everyName === undefined ? [...config.live.keys()].filter((name) => !named.has(name)) : [],
          },
          io,
          context.stdin,
        ),
      );
    });
}
