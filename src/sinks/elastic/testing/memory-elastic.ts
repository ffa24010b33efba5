import { SinkError } from '../../../errors/windhover-error.ts';
import type { AlertDocument } from '../../../hunts/alerts/alert-document.ts';
import type { ElasticAlertsClient, ElasticAnswer, ElasticRequest } from '../elastic-alerts-client.ts';

interface Stored {
  readonly version: number;
  readonly document: AlertDocument;
}

interface Action {
  readonly _index: string;
  readonly _id: string;
  readonly version: number;
}

/** As much of Elasticsearch as alerts need, in memory: documents with external versions, templates, indices, aliases. */
export class MemoryElastic {
  readonly indices = new Map<string, Map<string, Stored>>();
  readonly templates = new Map<string, unknown>();
  /** Alias → its indices. */
  readonly aliases = new Map<string, Set<string>>();
  /** Requests as they came: method and path. */
  readonly requests: string[] = [];
  /** Nobody answers. */
  isAway = false;
  /** Instead of the usual answer to a request; undefined: the usual one. */
  answer: (request: ElasticRequest) => ElasticAnswer | undefined = () => undefined;
  /** Instead of taking a document: the status and error of its item. */
  item: (id: string, document: AlertDocument) => { status: number; error?: unknown } | undefined = () => undefined;
  /** Bytes that one request may have. */
  maxBytes = Infinity;

  client(): ElasticAlertsClient {
    let closed = false;
    return {
      place: 'http://memory:9200',
      request: async (request) => {
        this.requests.push(`${request.method} ${request.path.split('?')[0] ?? ''}`);
        if (this.isAway || closed) {
          throw new SinkError('elastic-unreachable', 'nobody answers', { hint: 'Start it.', retriable: true });
        }
        return this.answer(request) ?? this.#answer(request);
      },
      close: async () => {
        closed = true;
      },
    };
  }

  /** Makes alias and first index, as the setup does. */
  setUp(alias: string): void {
    this.templates.set(alias, {});
    this.#create(`${alias}-2026.01`, alias);
  }

  documents(): AlertDocument[] {
    return [...this.indices.values()].flatMap((index) => [...index.values()].map(({ document }) => document));
  }

  #answer({ method, path, body, lines }: ElasticRequest): ElasticAnswer {
    const parts = (path.split('?')[0] as string).split('/').filter((part) => part !== '');
    if (parts[0] === '_bulk') return this.#bulk(lines ?? '');
    if (parts[0] === '_index_template') {
      const name = parts[1] as string;
      if (method === 'PUT') this.templates.set(name, body);
      const found = this.templates.get(name);
      return found === undefined ? notFound() : ok({ index_templates: [{ name, index_template: found }] });
    }
    if (parts[0] === '_alias') {
      const found = this.aliases.get(parts[1] as string);
      return found === undefined ? notFound() : ok(Object.fromEntries([...found].map((index) => [index, {}])));
    }
    const index = parts[0] as string;
    if (method === 'PUT' && parts[1] === '_alias') this.#alias(parts[2] as string, index);
    else if (method === 'PUT' && parts.length === 1) this.#create(index, index.slice(0, index.lastIndexOf('-')));
    else if (method === 'GET' && parts[1] === '_mapping') return ok({ [index]: { mappings: {} } });
    return this.indices.has(index) || this.aliases.has(index) ? ok({ acknowledged: true }) : notFound();
  }

  #create(index: string, alias: string): void {
    this.indices.set(index, this.indices.get(index) ?? new Map());
    if (this.templates.has(alias)) this.#alias(alias, index);
  }

  #alias(alias: string, index: string): void {
    this.aliases.set(alias, (this.aliases.get(alias) ?? new Set()).add(index));
  }

  #bulk(lines: string): ElasticAnswer {
    if (Buffer.byteLength(lines) > this.maxBytes) return { status: 413, body: '' };
    const texts = lines.trimEnd().split('\n');
    const items: unknown[] = [];
    for (let i = 0; i + 1 < texts.length; i += 2) {
      const { index: action } = JSON.parse(texts[i] as string) as { index: Action };
      items.push({ index: this.#index(action, JSON.parse(texts[i + 1] as string) as AlertDocument) });
    }
    return ok({ items });
  }

  #index({ _index, _id, version }: Action, document: AlertDocument): { status: number; error?: unknown } {
    const special = this.item(_id, document);
    if (special !== undefined) return special;
    this.#create(_index, _index.slice(0, _index.lastIndexOf('-')));
    const index = this.indices.get(_index) as Map<string, Stored>;
    if ((index.get(_id)?.version ?? 0) >= version) {
      return { status: 409, error: { type: 'version_conflict_engine_exception', reason: 'higher or equal' } };
    }
    index.set(_id, { version, document });
    return { status: 201 };
  }
}

function ok(body: unknown): ElasticAnswer {
  return { status: 200, body };
}

function notFound(): ElasticAnswer {
  return { status: 404, body: { error: { type: 'index_not_found_exception', reason: 'no such index' } } };
}
