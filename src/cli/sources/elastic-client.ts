import type { Client } from '@elastic/elasticsearch';
import { readFile } from 'node:fs/promises';
import { maskCredentials } from '../../errors/mask-credentials.ts';
import { SinkError, UsageError } from '../../errors/windhover-error.ts';
import { clientOptions } from '../../sources/elastic/client-options.ts';
import { elasticLibrary } from '../../sources/elastic/elastic-library.ts';
import type { ElasticConfig } from '../config/elastic-config.ts';

/** An Elasticsearch and how it is reached. Holds secrets: never part of a message. */
export interface ElasticAccess extends ElasticConfig {
  /** `https://es.example:9200`, without credentials. */
  readonly url: string;
}

/** A client for requests of any sort. Throws `UsageError` (`elastic-file`). */
export async function openElastic(access: ElasticAccess, timeoutMs: number): Promise<Client> {
  const { url, ca, caPath } = access;
  const { Client } = await elasticLibrary();
  const pem = caPath === undefined ? ca : await certificate(caPath);
  return new Client({ ...clientOptions(url, { ...access, ca: pem }), requestTimeout: timeoutMs });
}

async function certificate(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new UsageError(
      'elastic-file',
      `${path}: the certificate of the CA cannot be read`,
      'Name a file that you may read.',
      cause,
    );
  }
}

const LONGEST_TEXT = 300;

/** A failure of the client, or an answer that is none, as a `SinkError` that tells what to do. */
export function elasticProblem(cause: unknown, url: string): SinkError {
  const { name, message, statusCode, body } = cause as {
    readonly name?: unknown;
    readonly message?: unknown;
    readonly statusCode?: number;
    readonly body?: { readonly error?: { readonly type?: unknown; readonly reason?: unknown } };
  };
  const reason = maskCredentials(String(body?.error?.reason ?? message ?? cause)).slice(0, LONGEST_TEXT);
  const make = (code: string, text: string, hint: string, retriable = false): SinkError =>
    new SinkError(code, text, { hint, retriable, cause });
  if (statusCode === 401) {
    return make(
      'elastic-credentials',
      `${url} refuses the credentials`,
      'Check api_key, or username and password, in the configuration (or WINDHOVER_ELASTIC_API_KEY, _USERNAME, _PASSWORD).',
    );
  }
  if (statusCode === 403)
    return make('elastic-permission', reason, 'Grant the user or the API key the privilege named here.');
  if (statusCode === 404) return make('elastic-missing', reason, 'Check the name of the index.');
  if (statusCode === 429 || (statusCode !== undefined && statusCode >= 500)) {
    return make('elastic-busy', `${url} answers ${statusCode}: ${reason}`, 'Look at its health and its load.', true);
  }
  if (statusCode !== undefined)
    return make('elastic-refused', `${url} answers ${statusCode}: ${reason}`, 'The server gave this reason.');
  if (/certificate|self.signed|SSL|wrong version number|fingerprint|EPROTO/iu.test(reason)) {
    return make(
      'elastic-tls',
      `no TLS connection to ${url}: ${reason}`,
      'Name the certificate of the CA (ca: PATH) or its fingerprint, or write http: where the server has no TLS.',
    );
  }
  if (/ENOTFOUND|EAI_AGAIN/u.test(reason))
    return make('elastic-address', `no host of this name: ${reason}`, 'Check the address.');
  if (name === 'ProductNotSupportedError') {
    return make(
      'elastic-product',
      `${url} is no Elasticsearch`,
      'Check address and port; other products are not read.',
    );
  }
  return make(
    'elastic-unreachable',
    `no answer from ${url}: ${reason}`,
    'Check address, port and firewall, and whether the server wants https.',
    true,
  );
}
