import { Option, type Command } from 'commander';
import { resolve } from 'node:path';
import { confined, readConfig } from '../config/read-config.ts';
import type { CommandContext } from '../command-context.ts';
import { UsageError } from '../../errors/windhover-error.ts';
import { formatOption } from '../format-option.ts';
import { withLoggedFailure } from '../log/log-failure.ts';
import { DEFAULT_LOG } from '../log/open-run-log.ts';
import {
  DEFAULT_LATENESS_MS,
  DEFAULT_LIVE_RETENTION_MS,
  DEFAULT_MAX_LINE_BYTES,
  durationOption,
  hostAliasOptions,
  rangeOptions,
  startOption,
  type RunOptions,
} from './run-options.ts';
import { parseSourceOptions } from '../sources/source-resolver.ts';
import { parseListenAddress, type ListenAddress } from '../../server/listen-address.ts';
import { watchRun } from './watch-run.ts';

interface RunFlags {
  readonly source: readonly string[];
  readonly format: 'text' | 'json' | 'ndjson';
  readonly state?: string;
  readonly alerts?: string;
  readonly alert: readonly string[];
  readonly rows: readonly string[];
  readonly records: boolean;
  readonly snapshots: boolean;
  readonly retention?: string;
  readonly lateness?: string;
  readonly hostAlias: readonly string[];
  readonly deadLetter?: string;
  readonly follow: boolean;
  readonly clock?: 'event' | 'wall';
  readonly last: 'sliding' | 'frozen';
  readonly from?: string;
  readonly to?: string;
  readonly config?: string;
  readonly watch: boolean;
  readonly metrics?: string;
  readonly insecure: boolean;
  readonly logFormat?: 'text' | 'json';
}

const collect = (value: string, before: readonly string[]): string[] => [...before, value];

export function addRunCommand(program: Command, context: CommandContext): void {
  program
    .command('run')
    .description('run hunts over sources')
    .argument('[hunt...]', 'huntflows (.hf), hunt files (.hunt.yaml), or folders of them')
    .option(
      '--source <[name=]uri>',
      'place of a source: file, folder, glob, kafka://HOST:PORT,…/TOPIC,…, elastic+https://HOST:PORT/INDEX,… or - (repeatable)',
      collect,
      [],
    )
    .option(
      '--from <start>',
      'Kafka: where new topics begin: earliest (default), latest or a time; Elasticsearch: nothing before this time',
    )
    .option('--to <time>', 'Elasticsearch: nothing from this time on')
    .option('--state <dir>', 'keep state and positions here; the same call again goes on where it stopped')
    .option('--alerts <path>', 'local alert log (default: alerts.ndjson in the state folder)')
    .option('--alert <variable>', 'alert on the members of a variable (repeatable)', collect, [])
    .option('--rows <variable>', "add the rows of a variable to the result, '*' for all (repeatable)", collect, [])
    .option('--records', 'add the number of distinct records to each variable', false)
    .option('--snapshots', 'tell the variables after every record (with --format ndjson)', false)
    .option(
      '--retention <duration>',
      'forget what is older than this, counted from the newest record (default: keep all; 24h with --follow and Kafka)',
    )
    .option('--lateness <duration>', 'older than this by the clock counts as late (default: 60s)')
    .option('--follow', 'stay on files that grow, are rotated or appear, until interrupted', false)
    .addOption(
      new Option(
        '--clock <clock>',
        'what LAST and settling count by (default: event; wall with --follow and Kafka)',
      ).choices(['event', 'wall']),
    )
    .addOption(
      new Option('--last <mode>', 'LAST slides with the clock, or is frozen to the time before the start')
        .choices(['sliding', 'frozen'])
        .default('sliding'),
    )
    .option('--host-alias <short=full>', 'two names of one host (repeatable)', collect, [])
    .option('--dead-letter <path>', 'keep a sample of what could not be decoded')
    .option('--watch', 'again whenever a hunt, the configuration or a source changes, until interrupted', false)
    .option('--metrics <[host:]port>', 'serve /metrics, /healthz and /readyz here (host: 127.0.0.1)')
    .option('--insecure', 'let --metrics listen on an address that others can reach', false)
    .addOption(
      new Option('--log-format <format>', 'how the run tells of itself on stderr (default: text)').choices([
        'text',
        'json',
      ]),
    )
    .option('--config <file>', 'configuration file (default: windhover.yaml where there is one)')
    .addOption(formatOption(['text', 'json', 'ndjson']))
    .addHelpText(
      'after',
      `
Example:
  windhover run hunts/node-exploit-shell.hunt.yaml --source container1=./telemetry/
  windhover run hunts/ --source container1=/var/log/sysflow/ --follow --state ./windhover-state
  windhover run hunts/ --source container1=kafka://broker:9092/sysflow --state ./windhover-state

Exit codes: 0 done; 1 done, a hunt has errors; 2 the call or the configuration is wrong;
3 a source, a sink or the state failed; 130 interrupted, the state is complete up to the last epoch`,
    )
    .action(async (hunts: string[], flags: RunFlags) => {
      const { io } = context;
      const once = (): Promise<number> => runOnce(hunts, flags, context);
      const { logFormat = 'text' } = flags;
      context.exit(
        await (flags.watch ? watchRun(hunts, flags, once, context) : withLoggedFailure(logFormat, io, once)),
      );
    });
}

/** One run; the configuration is read each time. */
async function runOnce(hunts: readonly string[], flags: RunFlags, context: CommandContext): Promise<number> {
  const config = await readConfig(flags.config, context.io);
  const { named, everyName, live } = parseSourceOptions(flags.source);
  const typed = (path: string | undefined): string | undefined => path && resolve(context.io.cwd, path);
  const retention = flags.retention === undefined ? config.retentionMs : durationOption('retention', flags.retention);
  const lateness = flags.lateness === undefined ? config.latenessMs : durationOption('lateness', flags.lateness);
  // The store and the engine are loaded only where they are used: other commands start faster without them.
  const { runHunts } = await import('./run.ts');
  const log = { ...DEFAULT_LOG, ...config.log, ...(flags.logFormat === undefined ? {} : { format: flags.logFormat }) };
  if (flags.watch && log.format === 'json') throw watchLogs();
  const options: RunOptions = {
    hunts: hunts.length > 0 ? hunts : config.hunts,
    // A place without a name serves every name that the call itself does not give another.
    sources: everyName === undefined ? new Map([...config.sources, ...named]) : named,
    live: new Map([...(everyName === undefined ? unnamed(config.live, named) : []), ...live]),
    everyName,
    givenNames: [...named.keys()],
    format: flags.format,
    state: typed(flags.state) ?? config.state,
    alerts: typed(flags.alerts) ?? config.alerts,
    alertSinks: config.alertSinks,
    outbox: config.outbox,
    limits: config.limits,
    drainMs: config.drainMs,
    alertOn: flags.alert,
    rows: flags.rows,
    records: flags.records,
    snapshots: flags.snapshots,
    sourceRetentionMs: config.sourceRetentionMs,
    typeRetentionMs: config.typeRetentionMs,
    retentionMs: retention ?? (flags.follow ? DEFAULT_LIVE_RETENTION_MS : undefined),
    follow: flags.follow,
    clock: flags.clock,
    last: flags.last,
    from: flags.from === undefined ? undefined : startOption(flags.from),
    range: rangeOptions(flags.from, flags.to),
    kafka: config.kafka,
    elastic: config.elastic,
    latenessMs: lateness ?? DEFAULT_LATENESS_MS,
    hostAliases: new Map([...config.hostAliases, ...hostAliasOptions(flags.hostAlias)]),
    deadLetter: typed(flags.deadLetter),
    maxLineBytes: DEFAULT_MAX_LINE_BYTES,
    metrics: listenOption(flags, config.metrics),
    log,
  };
  const io = await confined(context.io, flags.config);
  return withLoggedFailure(log.format, io, () => runHunts(options, io, context.stdin));
}

function watchLogs(): UsageError {
  return new UsageError(
    'option-log-format',
    '--watch is for people, who do not read a log of JSON',
    'Add --log-format text, or leave --watch out.',
  );
}

function listenOption({ metrics, insecure }: RunFlags, configured: string | undefined): ListenAddress | undefined {
  if (metrics !== undefined) return parseListenAddress(metrics, `--metrics ${metrics}`, insecure);
  if (configured !== undefined) return parseListenAddress(configured, 'metrics.listen', insecure);
  return undefined;
}

/** What the configuration says of names that the call does not give a place. */
function unnamed<T>(config: ReadonlyMap<string, T>, named: ReadonlyMap<string, string>): [string, T][] {
  return [...config].filter(([name]) => !named.has(name));
}
