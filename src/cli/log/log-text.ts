import { escapeTerminal } from '../../sinks/terminal/escape-terminal.ts';
import { REDACTED } from '../config/redact-setting.ts';

/** Longest message of a line, UTF-16 units. */
export const MAX_MESSAGE = 8192;
/** Longest text of a field. */
export const MAX_FIELD = 1024;
/** What lies this far behind the bound is looked at too, so that half a secret is not left at the end. */
const BEYOND = 4096;
const SECRET_PARAMETER = /KEY|TOKEN|SECRET|PASS|PWD|AUTH|CRED|SIG/iu;

/**
 * A text as a line of the log may hold it: bounded, what acts on terminals or reorders text written out, on one line.
 * No message repeats credentials; should an address in one hold some all the same, they are taken out.
 */
export function logText(text: string, maxLength: number): string {
  const bare = text
    .slice(0, maxLength + BEYOND)
    .replace(/:\/\/[^\s/]+@/gu, `://${REDACTED}@`)
    .replace(/([?&])([^=&?\s]{1,64})=([^&\s]+)/gu, (whole, mark: string, name: string) =>
      SECRET_PARAMETER.test(name) ? `${mark}${name}=${REDACTED}` : whole,
    );
  return escapeTerminal(bare, { maxLength });
}
