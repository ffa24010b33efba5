import { join } from 'node:path';
import { DEFAULT_OUTBOX_LIMITS } from '../../hunts/alerts/alert-outbox.ts';
import { escapeTerminal } from '../../sinks/terminal/escape-terminal.ts';
import { AlertDelivery, DEFAULT_DRAIN_MS } from './alert-delivery.ts';
import { DELIVERY_STATUS, DeliveryStatusFile } from './delivery-status-file.ts';
import { openAlertSink } from './open-alert-sink.ts';
import type { RunLog } from '../log/run-log.ts';
import type { RunOptions } from '../run/run-options.ts';
import { systemTimer } from '../system-timer.ts';
import type { TerminalIo } from '../terminal-io.ts';

/** What a run delivers beyond the local log, as its options say; absent where it has nothing to deliver. */
export function openAlertDelivery(options: RunOptions, io: TerminalIo, log: RunLog): AlertDelivery | undefined {
  const { alertSinks = [], state } = options;
  // What waits in a state for sinks of an earlier configuration is told.
  if (alertSinks.length === 0 && state === undefined) return undefined;
  const clear = io.stderr.isTTY === true ? '\r\u001b[K' : '';
  const timer = systemTimer(io.now);
  const status = state === undefined ? undefined : new DeliveryStatusFile(join(state, DELIVERY_STATUS), timer);
  return new AlertDelivery({
    sinks: alertSinks,
    limits: options.outbox ?? DEFAULT_OUTBOX_LIMITS,
    drainMs: options.drainMs ?? DEFAULT_DRAIN_MS,
    open: openAlertSink,
    timer,
    random: Math.random,
    rejectedPath: state === undefined ? undefined : join(state, 'alerts-rejected.ndjson'),
    isDurable: state !== undefined,
    tell: (name, message, fields, more) => {
      const lines = more === undefined ? [message] : [message, `  ${more}`];
      const text = lines.map((line) => `${clear}${escapeTerminal(line)}\n`).join('');
      void log.event(name, message, fields, text);
    },
    changed: (counts) => {
      if (counts.length > 0) status?.write(counts);
    },
    ended: async () => status?.close(),
  });
}
