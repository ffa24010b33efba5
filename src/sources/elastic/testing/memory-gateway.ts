import type { JsonObject } from '../../../telemetry/document-history.ts';
import { keptFields } from '../../../telemetry/kept-fields.ts';
import {
  ElasticFailure,
  type ElasticGateway,
  type FieldTypes,
  type SearchAnswer,
  type SearchRequest,
} from '../elastic-gateway.ts';
import { isFound, type Mapping } from './naive-query.ts';

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
  /** Of the fields beside `@timestamp`, by index. */
  mappings: ReadonlyMap<string, Mapping> = new Map();

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
      .filter(({ document, sort: [, doc] }) => this.#isFound(document, request.query) && inSlice(doc, slice))
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

  async count(_index: string, query: unknown): Promise<number> {
    this.#meet();
    return this.documents.filter((document) => this.#isFound(document, query)).length;
  }

  async fieldTypes(_index: string, fields: readonly string[]): Promise<FieldTypes> {
    const found = fields.map((field): [string, string[]] => {
      return [field, [...this.mappings.values()].flatMap((mapping) => mapping.get(field) ?? [])];
    });
    return new Map(found.filter(([, types]) => types.length > 0));
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

  #isFound({ index, source }: StoredDocument, query: unknown): boolean {
    return isFound(source, query, this.mappings.get(index) ?? new Map());
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
