import type { JsonObject } from '../../../telemetry/document-history.ts';
import { keptFields } from '../../../telemetry/kept-fields.ts';
import { ElasticFailure, type ElasticGateway, type SearchAnswer, type SearchRequest } from '../elastic-gateway.ts';

export interface StoredDocument {
  readonly index: string;
  readonly id: string;
  readonly source: JsonObject;
}

/** What the next call does instead of answering. */
export type Trouble = 'none' | 'busy' | 'expired' | 'partial' | 'refused' | 'page' | 'misunderstood';

interface Pit {
  readonly documents: readonly StoredDocument[];
}

const BOUNDS = new Set(['gte', 'lt']);

/**
 * Indices in memory that answer as the server does. Tie breakers differ from one point in time to the next, and so does
 * what a slice holds.
 */
export class MemoryGateway implements ElasticGateway {
  readonly documents: StoredDocument[];
  readonly requests: SearchRequest[] = [];
  readonly #trouble: () => Trouble;
  readonly #pits = new Map<string, Pit>();
  #opened = 0;
  closed = 0;
  /** Of `@timestamp`. */
  types: readonly string[] = ['date'];

  readonly #largestAnswer: number;

  constructor(
    documents: readonly StoredDocument[],
    trouble: () => Trouble = () => 'none',
    largestAnswer: number = Infinity,
  ) {
    this.documents = [...documents];
    this.#trouble = trouble;
    this.#largestAnswer = largestAnswer;
  }

  /** Points in time that have not been given back. */
  get open(): number {
    return this.#pits.size;
  }

  async openPit(): Promise<string> {
    this.#meet();
    const name = `pit-${++this.#opened}`;
    const turned = this.documents.map((_, i, all) => all[(i + this.#opened * 3) % all.length] as StoredDocument);
    this.#pits.set(name, { documents: turned });
    return name;
  }

  async search(request: SearchRequest): Promise<SearchAnswer> {
    this.requests.push(request);
    const trouble = this.#meet();
    const pit = this.#pits.get(request.pit);
    if (trouble === 'expired' || pit === undefined) {
      this.#pits.delete(request.pit);
      throw new ElasticFailure('expired', 404, 'search_phase_execution_exception', 'no search context');
    }
    const { slice, size, after, fields } = request;
    const own = pit.documents
      .map((document, doc) => ({ document, sort: [timeOf(document), doc] as const }))
      .filter(({ document, sort: [, doc] }) => matches(document, request.query) && inSlice(doc, slice))
      .sort((a, b) => compare(a.sort, b.sort));
    const rest = after === undefined ? own : own.filter(({ sort }) => compare(sort, after as [string, number]) > 0);
    const hits = rest.slice(0, size).map(({ document: { index, id, source }, sort }) => {
      return { index, id, source: fields === undefined ? source : keptFields(source, fields), sort };
    });
    const bytes = hits.reduce((sum, { source }) => sum + 100 + JSON.stringify(source).length, 0);
    if (bytes > this.#largestAnswer) throw new ElasticFailure('large', 0, 'RequestAbortedError', 'too large');
    return { pit: request.pit, hits, bytes };
  }

  async closePit(pit: string): Promise<void> {
    this.#pits.delete(pit);
  }

  async count(): Promise<number> {
    this.#meet();
    return this.documents.filter((document) => timeOf(document) === '').length;
  }

  async timeTypes(): Promise<readonly string[]> {
    return this.types;
  }

  async names(): Promise<readonly string[]> {
    return [...new Set(this.documents.map(({ index }) => index))];
  }

  async close(): Promise<void> {
    this.closed++;
  }

  #meet(): Trouble {
    const trouble = this.#trouble();
    if (trouble === 'busy') throw new ElasticFailure('again', 429, 'rejected', 'too many requests');
    if (trouble === 'partial') throw new ElasticFailure('again', 200, 'partial', 'only some of the shards');
    if (trouble === 'refused') throw new ElasticFailure('lasting', 403, 'security_exception', 'action is unauthorized');
    if (trouble === 'page') throw new ElasticFailure('lasting', 0, 'ProductNotSupportedError', 'a page of a proxy');
    if (trouble === 'misunderstood') throw new ElasticFailure('lasting', 400, 'parsing_exception', 'what is this');
    return trouble;
  }
}

function timeOf({ source }: StoredDocument): string {
  const time = source['@timestamp'];
  return typeof time === 'string' ? time : '';
}

function inSlice(doc: number, slice: SearchRequest['slice']): boolean {
  return slice === undefined || doc % slice.max === slice.id;
}

function compare(a: readonly [string, number], b: readonly [string, number]): number {
  const [left, right] = [a[0].replace('Z', ''), b[0].replace('Z', '')];
  return left === right ? a[1] - b[1] : left < right ? -1 : 1;
}

/** Understands what is asked: documents with a time, within bounds. */
function matches(document: StoredDocument, query: unknown): boolean {
  const time = timeOf(document).replace('Z', '');
  if (time === '') return false;
  const { filter } = (query as { bool: { filter: { range?: Record<string, Record<string, string>> }[] } }).bool;
  return filter.every(({ range }) =>
    Object.entries(range?.['@timestamp'] ?? {}).every(([bound, value]) => {
      if (!BOUNDS.has(bound)) return true;
      const limit = value.replace('Z', '');
      return bound === 'gte' ? time >= limit : time < limit;
    }),
  );
}
