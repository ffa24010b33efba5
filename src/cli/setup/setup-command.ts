import { Argument, type Command } from 'commander';
import { UsageError } from '../../errors/windhover-error.ts';
import type { SetupStep } from '../../sinks/elastic/set-up-elastic.ts';
import { elasticAlertsEnvironment } from '../config/alert-config.ts';
import type { ElasticAlertsConfig } from '../config/alert-config.ts';
import type { CommandContext } from '../command-context.ts';
import { formatOption } from '../format-option.ts';
import { readConfig } from '../config/read-config.ts';
import { write, type TerminalIo } from '../terminal-io.ts';

interface SetupFlags {
  readonly url?: string;
  readonly index?: string;
  readonly dryRun: boolean;
  readonly config?: string;
  readonly format: 'text' | 'json';
}

export function addSetupCommand(program: Command, context: CommandContext): void {
  program
    .command('setup')
    .description('make a place for alerts ready: index template, index and alias')
    .addArgument(new Argument('<target>', 'what is set up').choices(['elastic']))
    .option('--url <url>', 'address of Elasticsearch (default: those under alerts: in the configuration)')
    .option('--index <alias>', 'alias in front of the monthly indices (default: windhover-alerts)')
    .option('--dry-run', 'tell what would be done, and change nothing', false)
    .option('--config <file>', 'configuration file (default: windhover.yaml where there is one)')
    .addOption(formatOption(['text', 'json']))
    .addHelpText(
      'after',
      `
Example:
  windhover setup elastic --dry-run
  WINDHOVER_ELASTIC_API_KEY=… windhover setup elastic --url https://es:9200

Exit codes: 0 done, or nothing to do; 2 the call or the configuration is wrong;
3 Elasticsearch cannot be reached, or does not allow it`,
    )
    .action(async (_target: string, flags: SetupFlags) => {
      const { io } = context;
      const { setUpElastic } = await import('../../sinks/elastic/set-up-elastic.ts');
      const { openElasticAlertsClient } = await import('../../sinks/elastic/elastic-alerts-client.ts');
      const { elasticConnection } = await import('../alerts/open-alert-sink.ts');
      const month = new Date(io.now()).toISOString().slice(0, 7).replace('-', '.');
      const done: { readonly url: string; readonly steps: readonly SetupStep[] }[] = [];
      for (const place of await places(flags, io)) {
        const client = await openElasticAlertsClient(await elasticConnection(place));
        try {
          const steps = await setUpElastic({ client, alias: place.index, month, isDryRun: flags.dryRun });
          done.push({ url: place.url, steps });
        } finally {
          await client.close();
        }
      }
      if (flags.format === 'json') {
        await write(io.stdout, `${JSON.stringify({ dry_run: flags.dryRun, setups: done }, null, 2)}\n`);
        return;
      }
      for (const { url, steps } of done) {
        await write(io.stdout, `${url}\n${steps.map((step) => line(step, flags.dryRun)).join('')}`);
      }
    });
}

/** `--url`, else every Elasticsearch that the configuration names for alerts. */
async function places(flags: SetupFlags, io: TerminalIo): Promise<readonly ElasticAlertsConfig[]> {
  const { alertSinks } = await readConfig(flags.config, io);
  const configured = alertSinks.flatMap((sink) => (sink.kind === 'elastic' ? [sink.elastic] : []));
  const named = (place: ElasticAlertsConfig): ElasticAlertsConfig =>
    flags.index === undefined ? place : { ...place, index: aliasOption(flags.index) };
  if (flags.url === undefined) {
    if (configured.length === 0) {
      throw new UsageError(
        'setup-place',
        'There is no Elasticsearch to set up',
        'Give --url, or an entry elastic: {url: …} under alerts: in the configuration.',
      );
    }
    return configured.map(named);
  }
  const place = elasticAlertsEnvironment(flags.url, io.env, io.cwd);
  const same = configured.filter(({ url }) => url === place.url);
  return (same.length > 0 ? same : [place]).map(named);
}

function aliasOption(alias: string): string {
  if (/^[a-z0-9][a-z0-9._-]{0,199}$/u.test(alias)) return alias;
  throw new UsageError(
    'option-index',
    `--index ${alias} is no name of an alias`,
    'Use lower-case letters, digits, dots and dashes.',
  );
}

function line({ part, name, outcome }: SetupStep, isDryRun: boolean): string {
  const told = isDryRun && outcome !== 'unchanged' ? `would be ${outcome}` : outcome;
  return `  ${part.padEnd(9)} ${name.padEnd(28)} ${told}\n`;
}
