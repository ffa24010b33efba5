import type { TerminalIo } from '../terminal-io.ts';
import type { LogLevel } from './run-events.ts';
import { textRunLog, type RunLog } from './run-log.ts';

export interface RunLogOptions {
  readonly format: 'text' | 'json';
  /** Of JSON lines: nothing below it is written. */
  readonly level: LogLevel;
}

export const DEFAULT_LOG: RunLogOptions = { format: 'text', level: 'info' };

/** The log of a run on stderr. The library is loaded only for JSON. */
export async function openRunLog({ format, level }: RunLogOptions, io: TerminalIo): Promise<RunLog> {
  if (format === 'text') return textRunLog(io);
  const { jsonRunLog } = await import('./json-run-log.ts');
  return jsonRunLog(level, io);
}
