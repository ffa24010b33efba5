import { resolve } from 'node:path';
import type { ConfigKeys, ElasticKeys } from '../config/config-schema.ts';
import type { ElasticAccess } from './elastic-client.ts';
import { elasticEnvironment } from '../config/elastic-config.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** How the configuration says that an Elasticsearch is reached. */
export function elasticAccess(keys: Omit<ElasticKeys, 'index'>, folder: string): ElasticAccess {
  return {
    url: keys.url.replace(/\/+$/u, ''),
    apiKey: keys.api_key,
    username: keys.username,
    password: keys.password,
    caPath: keys.ca === undefined ? undefined : resolve(folder, keys.ca),
    fingerprint: keys.fingerprint,
    insecure: keys.insecure,
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
  return { ...(named === undefined ? elasticEnvironment(env, cwd) : elasticAccess(named, folder)), url };
}

function originOf(url: string): string {
  return URL.canParse(url) ? new URL(url).origin : url;
}
