import { boundedConnection } from '../../sources/elastic/bounded-connection.ts';
import { clientOptions } from '../../sources/elastic/client-options.ts';
import { elasticLibrary } from '../../sources/elastic/elastic-library.ts';
import type { ElasticSettings } from '../../sources/elastic/elastic-settings.ts';
import { SinkError } from '../../errors/windhover-error.ts';
import { thrownTrouble } from '../../sources/elastic/elastic-trouble.ts';
import { elasticWords } from '../../sources/elastic/elastic-words.ts';

const REQUEST_MS = 30_000;
const MAX_ANSWER_BYTES = 64 * 1024 * 1024;

/** How a cluster is reached. Holds secrets: never part of a message. */
export interface ElasticConnection extends ElasticSettings {
  readonly url: string;
}

export interface ElasticRequest {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT';
  /** With its query. */
  readonly path: string;
  readonly body?: Readonly<Record<string, unknown>>;
  /** Lines of JSON, each ended: a bulk request. */
  readonly lines?: string;
}

export interface ElasticAnswer {
  readonly status: number;
  readonly body: unknown;
  /** Seconds after which the server wants to be asked again. */
  readonly retryAfter?: string | undefined;
}

/**
 * What alerts need of an Elasticsearch client: narrow enough that a server in memory can stand in for it. Whatever the
 * server answers is an answer; that there is none is a `SinkError`, retriable.
 */
export interface ElasticAlertsClient {
  /** The server, as messages name it. */
  readonly place: string;
  request(request: ElasticRequest): Promise<ElasticAnswer>;
  /** Ends requests under way. */
  close(): Promise<void>;
}

/** The client of Elastic. */
export async function openElasticAlertsClient(connection: ElasticConnection): Promise<ElasticAlertsClient> {
  const library = await elasticLibrary();
  const { Client, errors } = library;
  const { url } = connection;
  const client = new Client({
    ...clientOptions(url, connection),
    requestTimeout: REQUEST_MS,
    Connection: boundedConnection(library, MAX_ANSWER_BYTES),
  });
  const closing = new AbortController();
  return {
    place: url,
    async request({ method, path, body, lines }) {
      const parameters = {
        method,
        path,
        ...(body === undefined ? {} : { body }),
        ...(lines === undefined ? {} : { bulkBody: lines }),
      };
      try {
        const answer = await client.transport.request<unknown>(parameters, { meta: true, signal: closing.signal });
        return { status: answer.statusCode, body: answer.body };
      } catch (error) {
        if (!(error instanceof errors.ResponseError) || error.statusCode === undefined) throw unanswered(error, url);
        const retryAfter = error.headers?.['retry-after'];
        return {
          status: error.statusCode,
          body: error.body as unknown,
          ...(typeof retryAfter === 'string' ? { retryAfter } : {}),
        };
      }
    },
    async close() {
      closing.abort();
      await client.close();
    },
  };
}

/** No answer. Alerts wait until there is one, so all of it may be tried again. */
function unanswered(cause: unknown, url: string): SinkError {
  const { code, what, hint } = elasticWords(thrownTrouble(cause));
  return new SinkError(code, `${url}: ${what}`, { hint, retriable: true, cause });
}
