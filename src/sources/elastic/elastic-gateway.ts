import type { JsonObject } from '../../telemetry/document-history.ts';

export interface SearchRequest {
  readonly pit: string;
  readonly size: number;
  /** The first is 0; absent: one reader takes all. */
  readonly slice: { readonly id: number; readonly max: number } | undefined;
  readonly query: unknown;
  /** Where indices keep times as `date` and as `date_nanos`, they are compared as the latter. */
  readonly mixedTimes: boolean;
  readonly after: readonly unknown[] | undefined;
  /** Paths of the fields that documents are given with; `undefined`: all, empty: none. */
  readonly fields: readonly string[] | undefined;
}

export interface SearchHit {
  readonly index: string;
  readonly id: string;
  readonly source: JsonObject;
  /** Time as ISO text, then the tie breaker. */
  readonly sort: readonly unknown[];
  readonly text?: string;
  /** It is larger than `LARGEST_DOCUMENT`; `source` is empty. */
  readonly tooLarge?: true;
}

/** Bytes of a document that is looked at, as for lines of a file. */
export const LARGEST_DOCUMENT = 16 * 1024 * 1024;

/** Like a list; what `at` gives may be made for the call. */
export interface SearchHits {
  readonly length: number;
  /** Negative: from the end. */
  at(index: number): SearchHit | undefined;
}

export interface SearchAnswer {
  readonly pit: string;
  readonly hits: SearchHits;
  /** Length of the answer. */
  readonly bytes: number;
}

/** Types that each field has in the indices that have it; another name where it cannot be searched. */
export type FieldTypes = ReadonlyMap<string, readonly string[]>;

/** What is asked of the server; each call once, without repeating it. Throws `ElasticFailure`. */
export interface ElasticGateway {
  openPit(index: string): Promise<string>;
  search(request: SearchRequest): Promise<SearchAnswer>;
  closePit(pit: string): Promise<void>;
  count(index: string, query: unknown): Promise<number>;
  /** Types that `@timestamp` has in the indices. */
  timeTypes(index: string): Promise<readonly string[]>;
  fieldTypes(index: string, fields: readonly string[]): Promise<FieldTypes>;
  /** Names that an index might have been meant by; empty where they may not be listed. */
  names(): Promise<readonly string[]>;
  close(): Promise<void>;
}

/**
 * `again`: it may succeed later; `expired`: the point in time is gone; `large`: the answer is larger than what is taken,
 * less may be asked for; `lasting`: it stays as it is.
 */
export type FailureKind = 'again' | 'expired' | 'large' | 'lasting';

/** A call that failed, before it is known what for. */
export class ElasticFailure extends Error {
  readonly kind: FailureKind;
  /** Of HTTP; 0: no answer. */
  readonly status: number;
  /** The server's or the client's name for it. */
  readonly type: string;
  /** What came is a text and no JSON. */
  readonly isPage: boolean;

  constructor(kind: FailureKind, status: number, type: string, message: string, cause?: unknown, isPage = false) {
    super(message, cause === undefined ? undefined : { cause });
    this.kind = kind;
    this.status = status;
    this.type = type;
    this.isPage = isPage;
  }
}
