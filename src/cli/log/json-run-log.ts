import type { Level } from 'pino';
import { write, type TerminalIo } from '../terminal-io.ts';
import { LOG_FIELDS, RUN_EVENTS, type LogField, type LogLevel, type LogValue } from './run-events.ts';
import { logText, MAX_FIELD, MAX_MESSAGE } from './log-text.ts';
import type { AnyLoggedEvent, RunLog } from './run-log.ts';

const ECS_VERSION = '8.11.0';

/** One line of JSON per event on stderr, with the names of ECS. */
export async function jsonRunLog(level: LogLevel, io: TerminalIo): Promise<RunLog> {
  const { pino } = await import('pino');
  let written = Promise.resolve();
  const logger = pino(
    {
      level,
      messageKey: 'message',
      base: { 'ecs.version': ECS_VERSION, 'service.name': 'windhover', 'process.pid': process.pid },
      timestamp: () => `,"@timestamp":"${new Date(io.now()).toISOString()}"`,
      formatters: { level: (label) => ({ 'log.level': label }) },
    },
    { write: (line) => (written = write(io.stderr, line)) },
  );
  const tell = ({ name, message, fields }: AnyLoggedEvent): void => {
    const { level: severity } = RUN_EVENTS[name] as { readonly level: Level };
    logger[severity]({ 'event.action': name, ...documentOf(fields) }, logText(message, MAX_MESSAGE));
  };
  return {
    format: 'json',
    event: (name, message, fields) => {
      tell({ name, message, fields } as AnyLoggedEvent);
      return written;
    },
    events: (all) => {
      for (const each of all) tell(each);
      return written;
    },
  };
}

/** Fields under the names that they have in the line. */
function documentOf(fields: Readonly<Partial<Record<LogField, LogValue>>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([key, value]) => {
      if (value === undefined) return [];
      return [[LOG_FIELDS[key as LogField], typeof value === 'string' ? logText(value, MAX_FIELD) : value]];
    }),
  );
}
