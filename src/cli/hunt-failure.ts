import { WindhoverError } from '../errors/windhover-error.ts';
import type { Diagnostic } from '../language/diagnostic.ts';
import { escapeTerminal } from '../sinks/terminal/escape-terminal.ts';
import { NOWHERE } from './nowhere.ts';

/** Why a hunt was stopped in the middle of a run. */
export function huntFailure(error: unknown): Diagnostic & { readonly hint: string } {
  const told = error instanceof WindhoverError ? error : undefined;
  return {
    code: told?.code ?? 'hunt-failed',
    severity: 'error',
    range: NOWHERE,
    message: `The hunt failed and was stopped: ${error instanceof Error ? error.message : String(error)}`,
    hint: told?.hint ?? 'This is a defect of Windhover; please report it with the huntflow.',
  };
}

/** The same as people read it: at once, as a run may go on for months without the hunt. */
export function renderHuntFailure(hunt: string, { message, hint }: ReturnType<typeof huntFailure>): string {
  return `error: ${escapeTerminal(hunt)}: ${escapeTerminal(message)}\n  ${escapeTerminal(hint)}\n`;
}
