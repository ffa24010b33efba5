const CODES = {
  bold: '1',
  dim: '2',
  red: '31',
  green: '32',
  yellow: '33',
  blue: '34',
  cyan: '36',
  alarm: '1;37;41',
} as const;

export type StyleName = keyof typeof CODES;

/** Puts a style around text that is escaped already; without colour the text stays as it is. */
export type TerminalStyle = (style: StyleName, text: string) => string;

export function terminalStyle(color: boolean): TerminalStyle {
  return color ? (style, text) => `\u001b[${CODES[style]}m${text}\u001b[0m` : (_style, text) => text;
}

/**
 * Whether to colour: never with `NO_COLOR` set to something (no-color.org) or on a dumb terminal, always with
 * `FORCE_COLOR` set to something but 0, else on terminals.
 */
export function wantsColor(environment: Readonly<Record<string, string | undefined>>, isTerminal: boolean): boolean {
  if (environment['NO_COLOR']) return false;
  const forced = environment['FORCE_COLOR'];
  if (forced !== undefined && forced !== '') return forced !== '0';
  return isTerminal && environment['TERM'] !== 'dumb';
}
