import { resolve } from 'node:path';
import type { ElasticSettings } from '../../sources/elastic/elastic-settings.ts';

/** How an Elasticsearch source is reached, as configuration or environment say it. */
export interface ElasticConfig extends ElasticSettings {
  /** File with the certificate of the CA, absolute. */
  readonly caPath?: string | undefined;
}

/**
 * What the environment says of sources that the configuration does not name: `WINDHOVER_ELASTIC_API_KEY`, `_USERNAME`,
 * `_PASSWORD`, `_CA`, `_FINGERPRINT`, `_INSECURE`.
 */
export function elasticEnvironment(env: Readonly<Record<string, string | undefined>>, cwd: string): ElasticConfig {
  const value = (name: string): string | undefined => env[`WINDHOVER_ELASTIC_${name}`] || undefined;
  const ca = value('CA');
  return {
    apiKey: value('API_KEY'),
    username: value('USERNAME'),
    password: value('PASSWORD'),
    fingerprint: value('FINGERPRINT'),
    caPath: ca === undefined ? undefined : resolve(cwd, ca),
    insecure: !['', '0', 'false', 'no'].includes(value('INSECURE') ?? ''),
  };
}
