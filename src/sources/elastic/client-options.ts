import type { ClientOptions } from '@elastic/elasticsearch';
import type { ElasticSettings } from './elastic-settings.ts';

/**
 * How the client of Elastic reaches a server. It tries nothing again: who does, and when, is decided by those who call.
 * A fingerprint stands for the chain of trust: the library compares it itself, where the chain is not verified.
 */
export function clientOptions(node: string, settings: ElasticSettings): ClientOptions {
  const { apiKey, username, password, ca, fingerprint, insecure } = settings;
  const auth =
    apiKey !== undefined
      ? { apiKey: typeof apiKey === 'string' ? apiKey : { id: apiKey.id, api_key: apiKey.key } }
      : username === undefined
        ? undefined
        : { username, password: password ?? '' };
  const isUnverified = insecure === true || fingerprint !== undefined;
  const tls = isUnverified ? { rejectUnauthorized: false } : ca === undefined ? undefined : { ca };
  return {
    node,
    maxRetries: 0,
    ...(auth === undefined ? {} : { auth }),
    ...(tls === undefined ? {} : { tls }),
    ...(fingerprint === undefined ? {} : { caFingerprint: fingerprint }),
  };
}
