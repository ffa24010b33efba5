import { resolve } from 'node:path';
import { UsageError } from '../errors/windhover-error.ts';
import type { ConfigKeys, ElasticKeys } from './config-schema.ts';
import type { ElasticAccess } from './elastic-client.ts';

/** An Elasticsearch and indices of it, as a URI names them. */
export interface ElasticAddress {
  /** `https://es.example:9200`. */
  readonly url: string;
  readonly indices: readonly string[];
}

type Environment = Readonly<Record<string, string | undefined>>;

const FORM = 'Write elastic+https://HOST:PORT/INDEX; credentials stand in the configuration or in WINDHOVER_ELASTIC_….';

/** Reads `elastic+http(s)://HOST:PORT/INDEX,…`. Throws `UsageError` (`source-elastic`); credentials are not repeated. */
export function parseElasticUri(uri: string): ElasticAddress {
  const match = /^elastic\+(https?:\/\/[^/?#]+)((?:\/[^?#]*)?)$/iu.exec(uri);
  if (match === null || !URL.canParse(match[1] as string)) {
    throw new UsageError('source-elastic', 'The URI names no Elasticsearch', FORM);
  }
  const { username, password, protocol, host } = new URL(match[1] as string);
  if (username !== '' || password !== '') {
    throw new UsageError('source-elastic', `Credentials stand in the URI of ${host}`, FORM);
  }
  // What lies behind a prefix of a proxy has more than one part; the indices are the last one.
  const parts = (match[2] ?? '').split('/').filter((part) => part !== '');
  const indices = (parts.pop() ?? '').split(',').filter((index) => index !== '');
  return { url: [`${protocol}//${host}`, ...parts].join('/'), indices };
}

/** How the configuration says that an Elasticsearch is reached. */
export function elasticAccess(keys: ElasticKeys, folder: string): ElasticAccess {
  return {
    url: keys.url.replace(/\/+$/u, ''),
    apiKey: keys.api_key,
    username: keys.username,
    password: keys.password,
    ca: keys.ca === undefined ? undefined : resolve(folder, keys.ca),
    fingerprint: keys.fingerprint,
  };
}

/** The same by the environment: `WINDHOVER_ELASTIC_API_KEY`, `_USERNAME`, `_PASSWORD`, `_CA`, `_FINGERPRINT`. */
export function elasticEnvironment(url: string, env: Environment, cwd: string): ElasticAccess {
  const value = (name: string): string | undefined => {
    const text = env[`WINDHOVER_ELASTIC_${name}`];
    return text === undefined || text === '' ? undefined : text;
  };
  const ca = value('CA');
  return {
    url,
    apiKey: value('API_KEY'),
    username: value('USERNAME'),
    password: value('PASSWORD'),
    ca: ca === undefined ? undefined : resolve(cwd, ca),
    fingerprint: value('FINGERPRINT'),
  };
}

/** What the configuration says of this Elasticsearch, wherever it names it, or else the environment. */
export function elasticAccessTo(
  url: string,
  keys: ConfigKeys,
  { folder, env, cwd }: { readonly folder: string; readonly env: Environment; readonly cwd: string },
): ElasticAccess {
  const named = [
    ...Object.values(keys.sources ?? {}).map(({ history }) => history?.elastic),
    ...(keys.alerts ?? []).map(({ elastic }) => elastic),
  ].find((each) => each !== undefined && originOf(each.url) === originOf(url));
  return named === undefined ? elasticEnvironment(url, env, cwd) : { ...elasticAccess(named, folder), url };
}

function originOf(url: string): string {
  return URL.canParse(url) ? new URL(url).origin : url;
}
