import { elasticFailure } from './elastic-failure.ts';

const REQUEST_MS = 30_000;
const MAX_ANSWER_BYTES = 64 * 1024 * 1024;

/** How a cluster is reached; certificates are PEM texts. Holds secrets: never part of a message. */
export interface ElasticConnection {
  readonly url: string;
  readonly apiKey?: string | undefined;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  readonly ca?: string | undefined;
  /** SHA-256 of the certificate of the CA, in hex. */
  readonly fingerprint?: string | undefined;
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
  request(request: ElasticRequest): Promise<ElasticAnswer>;
  /** Ends requests under way. */
  close(): Promise<void>;
}

/** The client of Elastic. The library is loaded here, so that whoever writes to no index does without. */
export async function openElasticAlertsClient(connection: ElasticConnection): Promise<ElasticAlertsClient> {
  const { Client, errors } = await import('@elastic/elasticsearch');
  const { url, apiKey, username, password, ca, fingerprint } = connection;
  const client = new Client({
    node: url,
    maxRetries: 0,
    requestTimeout: REQUEST_MS,
    maxResponseSize: MAX_ANSWER_BYTES,
    ...(apiKey === undefined ? {} : { auth: { apiKey } }),
    ...(username === undefined || password === undefined ? {} : { auth: { username, password } }),
    ...(ca === undefined ? {} : { tls: { ca } }),
    ...(fingerprint === undefined ? {} : { caFingerprint: fingerprint, tls: { rejectUnauthorized: false } }),
  });
  const closing = new AbortController();
  return {
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
        if (!(error instanceof errors.ResponseError) || error.statusCode === undefined)
          throw elasticFailure(error, url);
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
