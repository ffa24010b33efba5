import { escapeTerminal } from '../../sinks/terminal/escape-terminal.ts';
import { write, type TerminalIo } from '../terminal-io.ts';
import type { FieldsOf, RunEventName } from './run-events.ts';

export interface LoggedEvent<N extends RunEventName> {
  readonly name: N;
  readonly message: string;
  readonly fields: FieldsOf<N>;
}

export type AnyLoggedEvent = { [N in RunEventName]: LoggedEvent<N> }[RunEventName];

/**
 * What a run has to say beside its answer. Messages and fields may hold anything: who writes them out bounds and escapes
 * them.
 */
export interface RunLog {
  readonly format: 'text' | 'json';
  /** `text`: what people read, escaped, with its line feeds; default: the message on a line of its own. */
  event<N extends RunEventName>(name: N, message: string, fields: FieldsOf<N>, text?: string): Promise<void>;
  /** Several events that people read as one text. */
  events(all: readonly AnyLoggedEvent[], text: string): Promise<void>;
}

export function textRunLog(io: TerminalIo): RunLog {
  return {
    format: 'text',
    event: (_name, message, _fields, text) => write(io.stderr, text ?? `${escapeTerminal(message)}\n`),
    events: (_all, text) => write(io.stderr, text),
  };
}
