/** What of the address and the headers of a webhook is a secret, in the spellings in which an answer may repeat it. */
export function webhookSecrets(url: string, headers: Readonly<Record<string, string>>): readonly string[] {
  const { pathname, search, searchParams, password } = new URL(url);
  const parts = [
    pathname === '/' ? '' : pathname,
    ...pathname.split('/'),
    search,
    ...searchParams.values(),
    password,
    ...Object.values(headers).flatMap((value) => [value, ...value.split(/\s+/u)]),
  ];
  const spellings = parts.flatMap((part) => [part, decoded(part), encodeURIComponent(part)]);
  return [...new Set(spellings)].filter((part) => !HARMLESS.has(part.toLowerCase()));
}

/** Words of headers and paths that say nothing. */
const HARMLESS: ReadonlySet<string> = new Set([
  '',
  'bearer',
  'basic',
  'apikey',
  'token',
  'hook',
  'hooks',
  'webhook',
  'api',
]);

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
