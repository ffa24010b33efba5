/** What is shown in place of a secret. */
export const REDACTED = '***';

/** Keys whose texts are no secrets; whatever is not listed is one, so that a new key cannot leak. */
const SHOWN = new Set([
  ...[
    'state',
    'hunts',
    'files',
    'read',
    'write',
    'path',
    'name',
    'url',
    'index',
    'brokers',
    'topics',
    'topic',
    'decode',
    'schema',
    'from',
  ],
  ...[
    'tls',
    'ca',
    'cert',
    'server_name',
    'fingerprint',
    'username',
    'client_id',
    'group',
    'session_timeout',
    'mechanism',
  ],
  ...[
    'retention',
    'lateness',
    'timeout',
    'drain',
    'silent_after',
    'slow_hunts',
    'source',
    'connector',
    'host',
    'port',
    'indices',
    'alerts',
    'log',
    'format',
    'level',
    'listen',
  ],
]);
/** Everything below these is a secret, but for what is named. */
const SECRET_BELOW: Readonly<Record<string, readonly string[]>> = { sasl: ['mechanism'], headers: [], config: [] };
/** Every text below these is shown. */
const SHOWN_BELOW = new Set(['host_aliases', 'retention']);
/** Variables whose names say what they hold. */
const SECRET_VARIABLE = /KEY|TOKEN|SECRET|PASS|PWD|AUTH|CRED|SASL/iu;

/** A setting as it may be shown. `path`: its keys and indices from the top; `variables`: what its value is made of. */
export function redactSetting(
  path: readonly (string | number)[],
  value: unknown,
  variables: readonly string[] = [],
): unknown {
  if (value === null || value === undefined) return null;
  const keys = path.filter((step): step is string => typeof step === 'string');
  const key = keys.at(-1) ?? '';
  for (const [above, but] of Object.entries(SECRET_BELOW)) {
    if (keys.includes(above) && !(keys.at(-2) === above && but.includes(key))) return REDACTED;
  }
  if (typeof value === 'number' || typeof value === 'boolean') return value;
  if (variables.some((name) => SECRET_VARIABLE.test(name))) return REDACTED;
  // The path of a key file is no secret, a key is.
  const isShown =
    SHOWN.has(key) || (key === 'key' && keys.at(-2) === 'tls') || keys.some((each) => SHOWN_BELOW.has(each));
  if (!isShown || typeof value !== 'string') return REDACTED;
  return withoutCredentials(keys.includes('webhook') && key === 'url' ? originOnly(value) : value);
}

/** Whoever knows the address of a webhook may call it. */
function originOnly(url: string): string {
  if (!URL.canParse(url)) return REDACTED;
  const { origin, pathname, search } = new URL(url);
  return pathname === '/' && search === '' ? origin : `${origin}/${REDACTED}`;
}

/** What stands before an @, and what stands behind the ? of an address. */
function withoutCredentials(text: string): string {
  const bare = text.replace(/(^|\/\/|,)[^/@,]*@/gu, `$1${REDACTED}@`);
  return bare.includes('://') ? bare.replace(/\?.*$/su, `?${REDACTED}`) : bare;
}
