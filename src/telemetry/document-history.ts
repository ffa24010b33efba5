import type { JsonObject } from './document-shape.ts';
import type { LeftOut } from './left-out.ts';

export type { JsonObject } from './document-shape.ts';

/** A document of a store that keeps telemetry. */
export interface HistoryDocument {
  /** The index that holds it; with `id` it names the document. */
  readonly index: string;
  readonly id: string;
  readonly source: JsonObject;
  /** Its place in time as the store sorts by it, an ISO text. */
  readonly time: string;
  /** It is larger than what is looked at: `source` is empty. */
  readonly tooLarge?: true;
  /** What the store sent, with `_source` in it, where numbers may have lost digits in `source`. */
  readonly text?: string;
}

/** How far a history has been read. Serialisable. */
export interface HistoryCursor {
  /** Time of the last document. */
  readonly time: string;
  /** Keys of the documents of that very time that have been given. */
  readonly given: readonly string[];
  /** Names of the rules by which documents were left out. Absent: none were. */
  readonly without?: readonly string[];
}

/** ISO texts; the first inclusive, the second exclusive. */
export interface HistoryRange {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

export interface HistoryNotice {
  readonly place: string;
  readonly code: string;
  readonly message: string;
}

/** Which fields of documents are fetched; it learns from the documents that come. */
export interface FieldChoice {
  /** Dotted paths, what lies below them included; `undefined`: whole documents. */
  readonly paths: readonly string[] | undefined;
  /**
   * Shown each document before it is given, in order. False: it may be of another form than the paths were chosen for.
   * Whoever fetched it fetches it again, and all behind it, whole.
   */
  takes(document: JsonObject): boolean;
}

/**
 * Documents of a store in order of time, those of one time in any order. Contract: each document that was there when
 * reading began is given exactly once (those that are left out never), whatever fails in between, also when another process goes on from a cursor.
 */
export interface DocumentHistory {
  /** As messages name it. */
  readonly place: string;
  /**
   * Documents of the range behind the cursor, perhaps without fields that `fields` does not ask for, and without those that
   * `leftOut` has no use for. Throws `SourceError` (retriable where waiting may help).
   */
  pages(
    cursor: HistoryCursor | undefined,
    range: HistoryRange,
    onNotice: (notice: HistoryNotice) => void,
    fields?: FieldChoice,
    leftOut?: LeftOut,
  ): AsyncGenerator<readonly HistoryDocument[], void, undefined>;
  /** Ends waiting and gives back what is open. */
  close(): Promise<void>;
}

export function documentKey({ index, id }: Pick<HistoryDocument, 'index' | 'id'>): string {
  return `${index}/${id}`;
}

/** Keeps the cursor of documents that are given one after the other. */
export class HistoryProgress {
  #time: string | undefined;
  #given: string[] = [];
  /** As in the cursor. */
  without: readonly string[];

  constructor(cursor: HistoryCursor | undefined) {
    this.without = cursor?.without ?? [];
    this.#time = cursor?.time;
    this.#given = [...(cursor?.given ?? [])];
  }

  get cursor(): HistoryCursor | undefined {
    if (this.#time === undefined) return undefined;
    const { without } = this;
    return { time: this.#time, given: [...this.#given], ...(without.length === 0 ? {} : { without }) };
  }

  add(document: HistoryDocument): void {
    if (document.time !== this.#time) {
      this.#time = document.time;
      this.#given = [];
    }
    this.#given.push(documentKey(document));
  }
}
