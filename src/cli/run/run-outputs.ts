import { join } from 'node:path';
import type { AlertDelivery } from '../alerts/alert-delivery.ts';
import { openAlertDelivery } from '../alerts/open-alert-delivery.ts';
import { SinkError } from '../../errors/windhover-error.ts';
import type { AlertDocument } from '../../hunts/alerts/alert-document.ts';
import { AlertLog } from '../../sinks/alert-log.ts';
import { DeadLetterFile } from '../../sinks/dead-letter-file.ts';
import type { SinkStatus } from '../../sinks/sink-status.ts';
import { escapeTerminal } from '../../sinks/terminal/escape-terminal.ts';
import { renderAlert } from '../../sinks/terminal/render-alert.ts';
import { makeStateFolder } from '../../store/make-state-folder.ts';
import { stateLocked } from '../../store/state-locked.ts';
import type { RunLog } from '../log/run-log.ts';
import type { RunOptions } from './run-options.ts';
import type { SessionOptions } from './session-options.ts';
import { usesColour, write, writeJsonLine, type TerminalIo } from '../terminal-io.ts';

/** Where a run's alerts, and what could not be decoded, go. */
export interface RunOutputs {
  readonly sink: SessionOptions['sink'];
  /** To sinks beyond the local log; absent: there is nothing to deliver. */
  readonly delivery: AlertDelivery | undefined;
  /** Alerts that the local log and the terminal have taken. */
  readonly status: () => readonly SinkStatus[];
  readonly deadLetters: DeadLetterFile | undefined;
  /** Some place was read on from where it stopped. */
  resumed: boolean;
  close(): Promise<void>;
}

/** Where alerts go: the local log, and the terminal or ndjson lines. */
export async function openOutputs(options: RunOptions, io: TerminalIo, log: RunLog): Promise<RunOutputs> {
  // Of a state folder that cannot be written it is the state that is told, not the log in it.
  if (options.state !== undefined) await makeStateFolder(options.state);
  const path = options.alerts ?? (options.state === undefined ? undefined : join(options.state, 'alerts.ndjson'));
  const warn = (message: string): void => void log.event('log-warning', message, {});
  const deadLetters = await openDeadLetters(options, log);
  const alertLog = path === undefined ? undefined : await openAlertLog(path, options, warn);
  const colour = usesColour(io.stdout, io.env);
  let sent = 0;
  const delivery = openAlertDelivery(options, io, log);
  return {
    status: () => [
      { sink: 'log', pending: 0, sent, retried: 0, rejected: 0, problem: undefined },
      ...(delivery?.counts ?? []),
    ],
    deadLetters,
    resumed: false,
    delivery,
    sink: {
      mark: () => alertLog?.mark(),
      rewind: async (mark) => alertLog?.rewind(mark),
      write: async (alerts: readonly AlertDocument[]) => {
        await alertLog?.write(alerts);
        sent += alerts.length;
        for (const alert of alerts) {
          if (options.format === 'text') await write(io.stdout, `${renderAlert(alert, { color: colour })}\n`);
          else if (options.format === 'ndjson') await writeJsonLine(io.stdout, { kind: 'alert', ...alert });
        }
      },
    },
    close: async () => {
      await alertLog?.close();
      await deadLetters?.close();
    },
  };
}

async function openDeadLetters({ deadLetter: file }: RunOptions, log: RunLog): Promise<DeadLetterFile | undefined> {
  if (file === undefined) return undefined;
  return DeadLetterFile.open(file, ({ code, message, hint }) => {
    const text = [message, `  ${hint}`].map((line) => `${escapeTerminal(line)}\n`).join('');
    void log.event('sample-failed', message, { file, code, hint }, text);
  });
}

async function openAlertLog(
  path: string,
  { alerts, state }: RunOptions,
  warn: (message: string) => void,
): Promise<AlertLog> {
  return AlertLog.open(path, { warn }).catch((cause: unknown) => {
    // Whoever holds the log in a state folder holds the state.
    const isState = cause instanceof SinkError && cause.code === 'alert-log-locked' && alerts === undefined;
    throw isState && state !== undefined ? stateLocked(state, cause) : cause;
  });
}
