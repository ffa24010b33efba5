import { isIP } from 'node:net';

/**
 * How the texts of a document become values, once per distinct text. `undefined` = the text says that nothing is known.
 * Each format writes its own placeholders; the table of the format names the rule for every cell.
 */
export const TEXT_NORMALISERS = {
  /** As it stands; only the empty text is no value. */
  plain: (text: string) => (text === '' ? undefined : text),
  /** SysFlow: `<NA>`, `NA` and the empty text are unknown. */
  sysflow: known,
  /** SysFlow joins command and arguments with a blank, also where there are no arguments. */
  sysflowCommand: (text: string) => known(text.trimEnd()),
  /** SysFlow: the base name of an empty path is `.`. */
  sysflowName: (text: string) => (text === '.' ? undefined : known(text)),
  /** Sysmon: `-` and the empty text are unknown. */
  sysmon: present,
  sysmonCommand: (text: string) => present(text.trimEnd()),
  sysmonImage: (text: string) => (text === '<unknown process>' ? undefined : present(text)),
  lowerCase: (text: string) => present(text.toLowerCase()),
  guid: plainGuid,
  address: plainAddress,
} satisfies Record<string, (text: string) => string | undefined>;

export type TextNormaliser = keyof typeof TEXT_NORMALISERS;

function known(text: string): string | undefined {
  return text === '' || text === '<NA>' || text === 'NA' ? undefined : text;
}

function present(text: string): string | undefined {
  return text === '' || text === '-' ? undefined : text;
}

const ZERO_GUID = '00000000-0000-0000-0000-000000000000';

/** Lower case without braces; the zero GUID stands for no process. */
function plainGuid(text: string): string | undefined {
  const guid = text.replace(/^\{|\}$/gu, '').toLowerCase();
  return guid === ZERO_GUID ? undefined : present(guid);
}

/** One spelling per address: IPv6 in its shortest form without zone, IPv4 mapped into IPv6 as IPv4. */
function plainAddress(text: string): string | undefined {
  const family = isIP(text);
  if (family === 0) return undefined;
  if (family === 4) return text;
  const short = new URL(`http://[${text.replace(/%.*$/u, '')}]`).hostname.slice(1, -1);
  const mapped = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/u.exec(short);
  if (mapped === null) return short;
  const high = Number.parseInt(mapped[1] as string, 16);
  const low = Number.parseInt(mapped[2] as string, 16);
  return `${String(high >> 8)}.${String(high & 255)}.${String(low >> 8)}.${String(low & 255)}`;
}
