import type { SearchAnswer, SearchHit } from './elastic-gateway.ts';

const MOST_DOCUMENTS = 1000;
/** Aim for the size of a page. */
const PAGE_BYTES = 4 * 1024 * 1024;

type Fetch = (after: readonly unknown[] | undefined, size: number) => Promise<SearchAnswer>;

/** One slice of a point in time, in its order. The next page is fetched while the last one is used. */
export class SliceReader {
  readonly #fetch: Fetch;
  readonly #most: number;
  #size: number;
  #hits: readonly SearchHit[] = [];
  #at = 0;
  #next: Promise<SearchAnswer> | undefined;
  #asked = 0;

  constructor(fetch: Fetch, most = MOST_DOCUMENTS) {
    this.#fetch = fetch;
    this.#most = most;
    // The first page tells how large documents are.
    this.#size = Math.min(most, 100);
    this.#ask(undefined);
  }

  /** Makes `head` say what comes next. */
  async fill(): Promise<void> {
    if (this.#at < this.#hits.length || this.#next === undefined) return;
    const { hits, bytes } = await this.#next;
    this.#hits = hits;
    this.#at = 0;
    this.#next = undefined;
    if (hits.length < this.#asked) return;
    this.#size = Math.max(1, Math.min(this.#most, Math.floor((PAGE_BYTES * hits.length) / Math.max(1, bytes))));
    this.#ask(hits.at(-1)?.sort);
  }

  /** `undefined` after the last one. */
  get head(): SearchHit | undefined {
    return this.#hits[this.#at];
  }

  /** `fill` has to be called before the next look. */
  get isEmpty(): boolean {
    return this.#at >= this.#hits.length;
  }

  take(): void {
    this.#at++;
  }

  #ask(after: readonly unknown[] | undefined): void {
    this.#asked = this.#size;
    this.#next = this.#fetch(after, this.#size);
    // Met when the page is wanted.
    this.#next.catch(() => {});
  }
}
