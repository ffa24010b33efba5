import type { Client } from '@elastic/elasticsearch';
import { SinkError } from '../../errors/windhover-error.ts';
import { clientOptions } from '../../sources/elastic/client-options.ts';
import { elasticLibrary } from '../../sources/elastic/elastic-library.ts';
import { thrownTrouble } from '../../sources/elastic/elastic-trouble.ts';
import { elasticWords, type ElasticGrant } from '../../sources/elastic/elastic-words.ts';
import type { ElasticConfig } from '../config/elastic-config.ts';
import { caCertificate } from './ca-certificate.ts';

/** An Elasticsearch and how it is reached. Holds secrets: never part of a message. */
export interface ElasticAccess extends ElasticConfig {
  /** `https://es.example:9200`, without credentials. */
  readonly url: string;
}

/** A client for requests of any sort. Throws `UsageError` (`elastic-ca`). */
export async function openElastic(access: ElasticAccess, timeoutMs: number): Promise<Client> {
  const { url, ca, caPath } = access;
  const { Client } = await elasticLibrary();
  const pem = caPath === undefined ? ca : await caCertificate(caPath);
  return new Client({ ...clientOptions(url, { ...access, ca: pem }), requestTimeout: timeoutMs });
}

/** A failure of the client, or an answer that is none, as a `SinkError` that tells what to do. */
export function elasticProblem(cause: unknown, url: string, grant: ElasticGrant = {}): SinkError {
  const { code, what, hint, retriable } = elasticWords(thrownTrouble(cause), grant);
  return new SinkError(code, `${url}: ${what}`, { hint, retriable, cause });
}
