import { Option, type Command } from 'commander';
import { join, resolve } from 'node:path';
import { UsageError } from '../../errors/windhover-error.ts';
import type { AlertDocument, AlertStatus } from '../../hunts/alerts/alert-document.ts';
import { followAlertLog } from '../../sinks/follow-alert-log.ts';
import { readAlertLog, type AlertLogFilter } from '../../sinks/read-alert-log.ts';
import { renderAlert } from '../../sinks/terminal/render-alert.ts';
import { parseDuration } from '../../hunts/hunt-file/hunt-file-duration.ts';
import { formatOption } from '../format-option.ts';
import { readConfig } from '../config/read-config.ts';
import type { CommandContext } from '../command-context.ts';
import { usesColour, write, writeJsonLine, type TerminalIo } from '../terminal-io.ts';

interface AlertsFlags {
  readonly log?: string;
  readonly state?: string;
  readonly hunt?: string;
  readonly severity?: string;
  readonly status?: AlertStatus;
  readonly since?: string;
  readonly limit?: string;
  readonly config?: string;
  readonly follow: boolean;
  readonly pending: boolean;
  readonly format: 'text' | 'json' | 'ndjson';
}

export function addAlertsCommand(program: Command, context: CommandContext): void {
  program
    .command('alerts')
    .description('list the local alert log, each alert in its latest state')
    .option('--log <path>', 'the alert log')
    .option('--state <dir>', 'the state folder whose alerts.ndjson is read')
    .option('--hunt <id>', 'of this hunt only')
    .addOption(
      new Option('--severity <severity>', 'of this severity only').choices(['low', 'medium', 'high', 'critical']),
    )
    .addOption(new Option('--status <status>', 'in this state only').choices(['open', 'revised', 'retracted']))
    .option('--since <time>', 'from this event time on: ISO 8601, or a duration before now (1h)')
    .option('--limit <n>', 'the latest ones only')
    .option('--config <file>', 'configuration file (default: windhover.yaml where there is one)')
    .option('--follow', 'go on with what is written from now', false)
    .option('--pending', 'tell what waits in the state folder for sinks beyond the log, instead', false)
    .addOption(formatOption(['text', 'json', 'ndjson']))
    .addHelpText(
      'after',
      `
Example:
  windhover alerts --state ./windhover-state --severity high --since 24h
  windhover alerts --state ./windhover-state --pending

Exit codes: 0 done; 2 the call is wrong, or there is no alert log; 3 the log cannot be read; 130 interrupted`,
    )
    .action(async (flags: AlertsFlags) => {
      const { io } = context;
      if (flags.log !== undefined && flags.state !== undefined) {
        throw new UsageError('option-log', '--log and --state name two logs', 'Give one of them.');
      }
      if (flags.follow && flags.format === 'json') {
        throw new UsageError(
          'option-follow',
          '--follow never ends a JSON document',
          'Use --format ndjson, or leave out --follow.',
        );
      }
      if (flags.pending) {
        const { showPendingAlerts } = await import('./show-pending-alerts.ts');
        await showPendingAlerts(await pendingFolder(flags, io), flags.format, io);
        return;
      }
      const path = await logPath(flags, io);
      const filter = filterOf(flags, io.now());
      const { alerts, broken } = await readAlertLog(path, filter);
      await show(alerts, flags.format, io);
      if (broken > 0) await write(io.stderr, `warning: ${broken} lines of ${path} hold no alert\n`);
      if (alerts.length === 0 && flags.format === 'text' && !flags.follow) await write(io.stderr, 'no alerts\n');
      if (!flags.follow) return;
      for await (const alert of followAlertLog(path, filter, io.signal)) await show([alert], flags.format, io);
      context.exit(io.signal.reason === 'output-closed' ? 0 : 130);
    });
}

async function pendingFolder({ log, follow, state, config }: AlertsFlags, io: TerminalIo): Promise<string> {
  if (log !== undefined || follow) {
    throw new UsageError(
      'option-pending',
      '--pending looks into a state folder, once',
      'Leave out --log and --follow.',
    );
  }
  return resolve(io.cwd, state ?? (await readConfig(config, io)).state ?? 'windhover-state');
}

/** `--log`, the log of `--state`, or what the configuration names. */
async function logPath({ log, state, config }: AlertsFlags, io: TerminalIo): Promise<string> {
  if (log !== undefined) return resolve(io.cwd, log);
  if (state !== undefined) return resolve(io.cwd, state, 'alerts.ndjson');
  const configured = await readConfig(config, io);
  return configured.alerts ?? join(configured.state ?? resolve(io.cwd, 'windhover-state'), 'alerts.ndjson');
}

async function show(alerts: readonly AlertDocument[], format: AlertsFlags['format'], io: TerminalIo): Promise<void> {
  if (format === 'json') {
    await write(io.stdout, `${JSON.stringify(alerts, null, 2)}\n`);
    return;
  }
  const color = usesColour(io.stdout, io.env);
  for (const alert of alerts) {
    if (format === 'ndjson') await writeJsonLine(io.stdout, alert);
    else await write(io.stdout, `${renderAlert(alert, { color })}\n`);
  }
}

function filterOf({ hunt, severity, status, since, limit }: AlertsFlags, now: number): AlertLogFilter {
  return {
    ...(hunt === undefined ? {} : { hunt }),
    ...(severity === undefined ? {} : { severity }),
    ...(status === undefined ? {} : { status }),
    ...(since === undefined ? {} : { since: sinceOption(since, now) }),
    ...(limit === undefined ? {} : { limit: limitOption(limit) }),
  };
}

function sinceOption(value: string, now: number): number {
  const duration = parseDuration(value);
  if (duration !== undefined) return now - duration;
  const time = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?Z)?$/.test(value) ? Date.parse(value) : NaN;
  if (Number.isNaN(time)) {
    throw new UsageError(
      'option-since',
      `--since ${value} is no time`,
      'Write 2024-05-01T08:00:00Z, 2024-05-01, or a duration such as 24h.',
    );
  }
  return time;
}

function limitOption(value: string): number {
  if (!/^\d{1,9}$/.test(value))
    throw new UsageError('option-limit', `--limit ${value} is no number`, 'Write a whole number.');
  return Number(value);
}
