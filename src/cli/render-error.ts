import type { WindhoverError } from '../errors/windhover-error.ts';
import { escapeTerminal } from '../sinks/terminal/escape-terminal.ts';

/** An error as people read it: what, and what to do about it. */
export function renderError(error: WindhoverError): string {
  return `error: ${escapeTerminal(error.message)}\n  ${escapeTerminal(error.hint)}\n`;
}
