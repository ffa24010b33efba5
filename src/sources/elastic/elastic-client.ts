import type { Client as ElasticClient } from '@elastic/elasticsearch';
import { AnswerHits } from './answer-hits.ts';
import { ANSWER_TOO_LARGE, boundedConnection } from './bounded-connection.ts';
import { clientOptions } from './client-options.ts';
import {
  ElasticFailure,
  type ElasticGateway,
  type FailureKind,
  type FieldTypes,
  type SearchAnswer,
} from './elastic-gateway.ts';
import { elasticLibrary } from './elastic-library.ts';
import type { ElasticSettings } from './elastic-settings.ts';
import { answeredTrouble, thrownTrouble } from './elastic-trouble.ts';
import { elasticWords, PARTIAL } from './elastic-words.ts';

const KEEP_ALIVE = '5m';
const REQUEST_MS = 60_000;
/** Bytes of an answer that are taken: some documents of the largest size. */
const LARGEST_ANSWER = 64 * 1024 * 1024;

interface Hits {
  readonly pit_id?: string;
  readonly timed_out?: boolean;
  readonly _shards?: {
    readonly failed?: number;
    readonly failures?: readonly { readonly reason?: { readonly type?: string } }[];
  };
}

/** What an answer gave beside its value. */
interface Sent {
  readonly hits: AnswerHits;
  readonly bytes: number;
}

/** Reaches a server with the Elasticsearch client, which is loaded here. */
export async function openElastic(
  node: string,
  settings: ElasticSettings,
  largestAnswer = LARGEST_ANSWER,
): Promise<ElasticGateway> {
  const library = await elasticLibrary();
  const { Client, errors, Serializer } = library;
  const parsed = <T>(json: string): T => {
    try {
      return JSON.parse(json) as T;
    } catch (error) {
      throw new errors.DeserializationError(error instanceof Error ? error.message : 'no JSON', json);
    }
  };
  const sent = new WeakMap<object, Sent>();
  class TextSerializer extends Serializer {
    override deserialize<T = unknown>(json: string): T {
      // Members called __proto__ are data here, as in a file; the library refuses an answer that holds one.
      const hits = AnswerHits.of(json);
      const value = parsed<T>(hits?.envelope ?? json);
      if (hits !== undefined && typeof value === 'object' && value !== null) {
        sent.set(value, { hits, bytes: json.length });
      }
      return value;
    }
  }
  const client = new Client({
    ...clientOptions(node, settings),
    requestTimeout: REQUEST_MS,
    Connection: boundedConnection(library, largestAnswer),
    compression: false,
    Serializer: TextSerializer,
  });
  const call = async <T>(action: () => Promise<T>): Promise<T> => {
    try {
      return await action();
    } catch (error) {
      if (error instanceof ElasticFailure) throw error;
      if (error instanceof errors.ResponseError) throw answered(error.statusCode ?? 0, error.body, error);
      if (error instanceof errors.RequestAbortedError && error.message === ANSWER_TOO_LARGE) {
        throw new ElasticFailure('large', 0, error.name, ANSWER_TOO_LARGE, error);
      }
      if (error instanceof errors.ElasticsearchClientError) {
        const trouble = thrownTrouble(error);
        const lasting =
          /ProductNotSupported|Configuration|Serialization|Deserialization/u.test(error.name) ||
          !elasticWords(trouble).retriable;
        throw new ElasticFailure(lasting ? 'lasting' : 'again', 0, error.name, trouble.reason, error);
      }
      // Members that are missing or something else, a body that does not unpack: whoever answers is no Elasticsearch.
      throw unlike(error);
    }
  };
  return new ClientGateway(client, call, sent);
}

type Call = <T>(action: () => Promise<T>) => Promise<T>;

class ClientGateway implements ElasticGateway {
  readonly #client: ElasticClient;
  readonly #call: Call;
  readonly #sent: WeakMap<object, Sent>;

  constructor(client: ElasticClient, call: Call, sent: WeakMap<object, Sent>) {
    this.#client = client;
    this.#call = call;
    this.#sent = sent;
  }

  openPit(index: string): Promise<string> {
    return this.#call(async () => (await this.#client.openPointInTime({ index, keep_alive: KEEP_ALIVE })).id);
  }

  search({
    pit,
    size,
    slice,
    query,
    mixedTimes,
    after,
    fields,
  }: Parameters<ElasticGateway['search']>[0]): Promise<SearchAnswer> {
    const time = {
      order: 'asc',
      format: 'strict_date_optional_time_nanos',
      unmapped_type: 'date',
      ...(mixedTimes ? { numeric_type: 'date_nanos' } : {}),
    };
    const body = {
      size,
      query,
      pit: { id: pit, keep_alive: KEEP_ALIVE },
      sort: [{ '@timestamp': time }, '_shard_doc'],
      track_total_hits: false,
      ...(slice === undefined ? {} : { slice }),
      ...(after === undefined ? {} : { search_after: after }),
      ...(fields === undefined ? {} : { _source: fields.length === 0 ? false : fields }),
    };
    return this.#call(async () => {
      const answer = await this.#client.transport.request<Hits>({
        method: 'POST',
        path: '/_search',
        querystring: { allow_partial_search_results: false },
        body,
      });
      const { _shards: shards, timed_out: timedOut } = answer;
      if ((shards?.failed ?? 0) > 0 || timedOut === true) {
        const expired = shards?.failures?.some(({ reason }) => reason?.type === EXPIRED) === true;
        throw new ElasticFailure(
          expired ? 'expired' : 'again',
          200,
          PARTIAL,
          'the answer covers only some of the shards',
        );
      }
      const found = this.#sent.get(answer);
      if (found === undefined) {
        throw unlike();
      }
      return { pit: answer.pit_id ?? pit, ...found };
    });
  }

  async closePit(pit: string): Promise<void> {
    await this.#call(() => this.#client.closePointInTime({ id: pit }));
  }

  count(index: string, query: unknown): Promise<number> {
    return this.#call(async () => (await this.#client.count({ index, query: query as object })).count);
  }

  timeTypes(index: string): Promise<readonly string[]> {
    return this.#call(async () => {
      const { fields } = await this.#client.fieldCaps({ index, fields: '@timestamp' });
      return Object.keys(fields['@timestamp'] ?? {});
    });
  }

  fieldTypes(index: string, names: readonly string[]): Promise<FieldTypes> {
    return this.#call(async () => {
      const { fields } = await this.#client.fieldCaps({ index, fields: [...names] });
      return new Map(
        Object.entries(fields).map(([name, types]) => {
          // A type that some index does not search is none that all can be asked by.
          const found = Object.entries(types).map(([type, { searchable }]) => (searchable ? type : UNSEARCHED));
          return [name, found];
        }),
      );
    });
  }

  names(): Promise<readonly string[]> {
    return this.#call(async () => {
      const { indices, aliases, data_streams: streams } = await this.#client.indices.resolveIndex({ name: '*' });
      return [...indices, ...aliases, ...streams].map(({ name }) => name);
    });
  }

  async close(): Promise<void> {
    await this.#client.close();
  }
}

/** Stands for the type of a field that is not searched. */
const UNSEARCHED = 'unsearched';
const EXPIRED = 'search_context_missing_exception';
function unlike(cause?: unknown): ElasticFailure {
  return new ElasticFailure('lasting', 200, 'form', 'the answer is not written as Elasticsearch writes it', cause);
}

const MOST_CAUSES = 10;

/** The server may be none, or somebody else's: its answer is looked at as any other input. */
function answered(status: number, body: unknown, cause: unknown): ElasticFailure {
  const told = member(body, 'error');
  const roots = member(told, 'root_cause');
  const causes: readonly unknown[] = [told, ...(Array.isArray(roots) ? roots.slice(0, MOST_CAUSES) : [])];
  const trouble = answeredTrouble(status, body);
  const expired = causes.some((each) => member(each, 'type') === EXPIRED);
  const kind: FailureKind = expired ? 'expired' : elasticWords(trouble).retriable ? 'again' : 'lasting';
  const { type, reason, isPage } = trouble;
  return new ElasticFailure(kind, status, type, reason, cause, isPage);
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined;
}
