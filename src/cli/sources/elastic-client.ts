import type { Client } from '@elastic/elasticsearch';
import { readFile } from 'node:fs/promises';
import { SinkError, UsageError } from '../../errors/windhover-error.ts';
import { clientOptions } from '../../sources/elastic/client-options.ts';
import { elasticLibrary } from '../../sources/elastic/elastic-library.ts';
import { thrownTrouble } from '../../sources/elastic/elastic-trouble.ts';
import { elasticWords, type ElasticGrant } from '../../sources/elastic/elastic-words.ts';
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

/** A failure of the client, or an answer that is none, as a `SinkError` that tells what to do. */
export function elasticProblem(cause: unknown, url: string, grant: ElasticGrant = {}): SinkError {
  const { code, what, hint, retriable } = elasticWords(thrownTrouble(cause), grant);
  return new SinkError(code, `${url}: ${what}`, { hint, retriable, cause });
}
