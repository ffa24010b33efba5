import { join } from 'node:path';
import type { AlertDocument } from '../hunts/alert-document.ts';
import { DEFAULT_OUTBOX_LIMITS } from '../hunts/alert-outbox.ts';
import { AlertLog } from '../sinks/alert-log.ts';
import { DeadLetterFile } from '../sinks/dead-letter-file.ts';
import { escapeTerminal } from '../sinks/terminal/escape-terminal.ts';
import { renderAlert } from '../sinks/terminal/render-alert.ts';
import { AlertDelivery, DEFAULT_DRAIN_MS } from './alert-delivery.ts';
import { DELIVERY_STATUS, DeliveryStatusFile } from './delivery-status-file.ts';
import { openAlertSink } from './open-alert-sink.ts';
import type { RunOptions } from './run-options.ts';
import type { SessionOptions } from './run-session.ts';
import { systemTimer } from './system-timer.ts';
import { usesColour, write, type TerminalIo } from './terminal-io.ts';

/** Where a run's alerts, and what could not be decoded, go. */
export interface RunOutputs {
  readonly sink: SessionOptions['sink'];
  /** To sinks beyond the local log; absent: there is nothing to deliver. */
  readonly delivery: AlertDelivery | undefined;
  readonly deadLetters: DeadLetterFile | undefined;
  /** Some place was read on from where it stopped. */
  resumed: boolean;
  close(): Promise<void>;
}

/** Where alerts go: the local log, and the terminal or ndjson lines. */
export async function openOutputs(options: RunOptions, io: TerminalIo): Promise<RunOutputs> {
  const path = options.alerts ?? (options.state === undefined ? undefined : join(options.state, 'alerts.ndjson'));
  const log =
    path === undefined ? undefined : await AlertLog.open(path, { warn: (text) => void write(io.stderr, `${text}\n`) });
  const deadLetters = options.deadLetter === undefined ? undefined : await DeadLetterFile.open(options.deadLetter);
  const colour = usesColour(io.stdout, io.env);
  const status =
    options.state === undefined
      ? undefined
      : new DeliveryStatusFile(join(options.state, DELIVERY_STATUS), systemTimer(io.now));
  return {
    deadLetters,
    resumed: false,
    delivery: alertDelivery(options, io, status),
    sink: {
      mark: () => log?.mark(),
      rewind: async (mark) => log?.rewind(mark),
      write: async (alerts: readonly AlertDocument[]) => {
        await log?.write(alerts);
        for (const alert of alerts) {
          if (options.format === 'text') await write(io.stdout, `${renderAlert(alert, { color: colour })}\n`);
          else if (options.format === 'ndjson')
            await write(io.stdout, `${JSON.stringify({ kind: 'alert', ...alert })}\n`);
        }
      },
    },
    close: async () => {
      await log?.close();
      await deadLetters?.close();
      await status?.close();
    },
  };
}

function alertDelivery(
  options: RunOptions,
  io: TerminalIo,
  status: DeliveryStatusFile | undefined,
): AlertDelivery | undefined {
  const { alertSinks = [], state } = options;
  // What waits in a state for sinks of an earlier configuration is told.
  if (alertSinks.length === 0 && state === undefined) return undefined;
  const clear = io.stderr.isTTY === true ? '\r\u001b[K' : '';
  const tell = (message: string): void => void write(io.stderr, `${clear}${escapeTerminal(message)}\n`);
  const timer = systemTimer(io.now);
  return new AlertDelivery({
    sinks: alertSinks,
    limits: options.outbox ?? DEFAULT_OUTBOX_LIMITS,
    drainMs: options.drainMs ?? DEFAULT_DRAIN_MS,
    open: openAlertSink,
    timer,
    random: Math.random,
    rejectedPath: state === undefined ? undefined : join(state, 'alerts-rejected.ndjson'),
    isDurable: state !== undefined,
    tell,
    changed: (counts) => {
      if (counts.length > 0) status?.write(counts);
    },
  });
}
