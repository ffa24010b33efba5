import { ElasticFailure, type SearchAnswer, type SearchHit, type SearchHits } from './elastic-gateway.ts';

const MOST_DOCUMENTS = 1000;
/** Aim for the size of a page. */
const PAGE_BYTES = 2 * 1024 * 1024;
/** Pages that wait to be used, the one that is being fetched included. */
const PAGES_AHEAD = 2;

/** `bare`: documents without their fields. */
type Fetch = (after: readonly unknown[] | undefined, size: number, bare: boolean) => Promise<SearchAnswer>;

/** One slice of a point in time, in its order. Pages are fetched ahead, so that the server works meanwhile. */
export class SliceReader {
  readonly #fetch: Fetch;
  readonly #most: number;
  #size: number;
  #hits: SearchHits = [];
  #at = 0;
  #head: SearchHit | undefined;
  #headTime = '';
  /** Pages to come, in order; only the last one may be on its way. */
  readonly #pages: Promise<SearchHits>[] = [];
  /** Asking stopped because enough pages wait: go on behind this. */
  #more: readonly unknown[] | undefined;

  constructor(fetch: Fetch, most = MOST_DOCUMENTS) {
    this.#fetch = fetch;
    this.#most = most;
    // The first page tells how large documents are.
    this.#size = Math.min(most, 100);
    this.#ask(undefined);
  }

  /** Makes `head` say what comes next. Throws what the fetching threw, each time. */
  async fill(): Promise<void> {
    const next = this.#pages[0];
    if (this.#at < this.#hits.length || next === undefined) return;
    this.#hits = await next;
    this.#pages.shift();
    this.#at = 0;
    this.#look();
    const more = this.#more;
    this.#more = undefined;
    if (more !== undefined) this.#ask(more);
  }

  /** `undefined` after the last one. */
  get head(): SearchHit | undefined {
    return this.#head;
  }

  /** Time of `head` as a text that compares: fractions have 3, 6 or 9 digits, and a Z would come behind a digit. */
  get headTime(): string {
    return this.#headTime;
  }

  /** `fill` has to be called before the next look. */
  get isEmpty(): boolean {
    return this.#at >= this.#hits.length;
  }

  take(): void {
    this.#at++;
    this.#look();
  }

  #look(): void {
    this.#head = this.#hits.at(this.#at);
    const time = String(this.#head?.sort[0] ?? '');
    this.#headTime = time.endsWith('Z') ? time.slice(0, -1) : time;
  }

  #ask(after: readonly unknown[] | undefined): void {
    const page = this.#page(after);
    // Met when the page is wanted.
    page.catch(() => {});
    this.#pages.push(page);
  }

  async #page(after: readonly unknown[] | undefined): Promise<SearchHits> {
    const { hits, bytes, asked } = await this.#fit(after);
    if (hits.length < asked) return hits;
    this.#size = Math.max(1, Math.min(this.#most, Math.floor((PAGE_BYTES * hits.length) / Math.max(1, bytes))));
    const last = hits.at(-1)?.sort;
    if (this.#pages.length < PAGES_AHEAD) this.#ask(last);
    else this.#more = last;
    return hits;
  }

  /** As many documents as an answer can hold; one that alone is too large comes without its fields. */
  async #fit(after: readonly unknown[] | undefined): Promise<SearchAnswer & { readonly asked: number }> {
    for (;;) {
      const asked = this.#size;
      try {
        return { ...(await this.#fetch(after, asked, false)), asked };
      } catch (error) {
        if (!(error instanceof ElasticFailure) || error.kind !== 'large') throw error;
        if (asked > 1) {
          this.#size = Math.floor(asked / 2);
          continue;
        }
        const { pit, hits, bytes } = await this.#fetch(after, asked, true);
        const hit = hits.at(0);
        const found: SearchHit[] = hit === undefined ? [] : [{ ...hit, source: {}, tooLarge: true }];
        return { pit, bytes, asked, hits: found };
      }
    }
  }
}
