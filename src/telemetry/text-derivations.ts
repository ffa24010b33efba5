/** Texts that are computed from another text of the same record, once per distinct text. */
export const TEXT_DERIVATIONS = {
  /** Last part of a path, either slash. */
  baseName: (path: string) => orNothing(path.slice(lastSlash(path) + 1)),
  /** Directory of a path without a trailing slash, except for the root. Nothing for a bare name. */
  directoryName,
  extension: (path: string) => {
    const name = path.slice(lastSlash(path) + 1);
    const dot = name.lastIndexOf('.');
    return dot <= 0 ? undefined : orNothing(name.slice(dot + 1));
  },
  ipv4: (address: string) => (address.includes(':') ? undefined : address),
  ipv6: (address: string) => (address.includes(':') ? address : undefined),
  /** `DOMAIN\name` → name. */
  accountName: (account: string) => orNothing(account.slice(account.indexOf('\\') + 1)),
  /** `DOMAIN\name` → DOMAIN. */
  accountDomain: (account: string) =>
    account.includes('\\') ? orNothing(account.slice(0, account.indexOf('\\'))) : undefined,
  md5: (hashes: string) => hashOf(hashes, 'MD5'),
  sha1: (hashes: string) => hashOf(hashes, 'SHA1'),
  sha256: (hashes: string) => hashOf(hashes, 'SHA256'),
  imphash: (hashes: string) => hashOf(hashes, 'IMPHASH'),
  registryKey: longHive,
  /** Root of a registry path, as logged. */
  registryHive: (path: string) => orNothing(path.split('\\', 1)[0] as string),
  /** Registry path of a value → its key. */
  registryKeyOfValue: (path: string) => {
    const cut = path.lastIndexOf('\\');
    return longHive(cut <= 0 ? path : path.slice(0, cut));
  },
  /** Registry path of a value → its name. */
  registryValueName: (path: string) => orNothing(path.slice(path.lastIndexOf('\\') + 1)),
  /** `DWORD (0x…)` → REG_DWORD; other data is a text. */
  registryDataType: (details: string) => {
    const type = /^(DWORD|QWORD) \(|^(Binary Data)$/u.exec(details);
    if (type === null) return 'REG_SZ';
    return type[2] === undefined ? `REG_${type[1] as string}` : 'REG_BINARY';
  },
  /** `true` (the host opened the connection) → egress. */
  direction: (initiated: string) => (initiated.toLowerCase() === 'true' ? 'egress' : 'ingress'),
} satisfies Record<string, (text: string) => string | undefined>;

export type TextDerivation = keyof typeof TEXT_DERIVATIONS;

const HIVES: Readonly<Record<string, string>> = {
  HKLM: 'HKEY_LOCAL_MACHINE',
  HKU: 'HKEY_USERS',
  HKCU: 'HKEY_CURRENT_USER',
  HKCR: 'HKEY_CLASSES_ROOT',
  HKCC: 'HKEY_CURRENT_CONFIG',
};

function orNothing(text: string): string | undefined {
  return text === '' ? undefined : text;
}

function lastSlash(path: string): number {
  return Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\'));
}

function directoryName(path: string): string | undefined {
  const cut = lastSlash(path);
  if (cut < 0) return undefined;
  if (cut === 0) return path.slice(0, 1);
  return cut === 2 && path.charAt(1) === ':' ? path.slice(0, 3) : path.slice(0, cut);
}

function longHive(path: string): string | undefined {
  const cut = path.indexOf('\\');
  const hive = HIVES[(cut < 0 ? path : path.slice(0, cut)).toUpperCase()];
  return hive === undefined ? orNothing(path) : hive + (cut < 0 ? '' : path.slice(cut));
}

function hashOf(hashes: string, algorithm: string): string | undefined {
  for (const entry of hashes.split(',')) {
    const equals = entry.indexOf('=');
    if (entry.slice(0, equals).toUpperCase() === algorithm) return orNothing(entry.slice(equals + 1).toLowerCase());
  }
  return undefined;
}
