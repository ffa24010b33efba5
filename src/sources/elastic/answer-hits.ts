import type { JsonObject } from '../../telemetry/document-history.ts';
import { ElasticFailure, LARGEST_DOCUMENT, type SearchHit, type SearchHits } from './elastic-gateway.ts';
import { hitTexts, mayLoseDigits } from './hit-texts.ts';

interface WrittenHit {
  readonly _index: string;
  readonly _id: string;
  readonly _source?: JsonObject;
  readonly sort: readonly unknown[];
}

const HITS = '"hits":[';
const END = ']}}';
const NEXT = ',{"_index":"';

/** Hits of a search answer, each parsed when it is looked at: documents of a page that all live at once burden the collector. */
export class AnswerHits implements SearchHits {
  /** The answer with an empty list of hits. */
  readonly envelope: string;
  readonly #answer: string;
  readonly #exact: boolean;
  readonly #end: number;
  /** Where hits seem to begin; before the next one lies a comma. */
  readonly #starts: number[] = [];
  /** Once a piece was no JSON: a list within a document looked the same. Then brackets are counted. */
  #texts: readonly string[] | undefined;

  /** `undefined`: the answer is not written as Elasticsearch does, or has no hits. */
  static of(answer: string): AnswerHits | undefined {
    const begin = answer.indexOf(HITS);
    return begin < 0 || !answer.endsWith(END) ? undefined : new AnswerHits(answer, begin + HITS.length);
  }

  private constructor(answer: string, from: number) {
    this.#answer = answer;
    this.#end = answer.length - END.length;
    this.envelope = answer.slice(0, from) + END;
    this.#exact = mayLoseDigits(answer);
    if (from < this.#end) this.#starts.push(from);
    for (let at = answer.indexOf(NEXT, from); at >= 0; at = answer.indexOf(NEXT, at + 1)) this.#starts.push(at + 1);
  }

  /** May be too large until the hit that misled has been looked at. */
  get length(): number {
    return this.#texts?.length ?? this.#starts.length;
  }

  at(index: number): SearchHit | undefined {
    const text = this.#text(index < 0 ? index + this.length : index);
    if (text === undefined) return undefined;
    let hit: WrittenHit;
    try {
      hit = JSON.parse(text) as WrittenHit;
    } catch (error) {
      if (this.#texts !== undefined) throw new ElasticFailure('again', 200, 'no-json', 'a hit is no JSON', error);
      // What lies before the first such piece has its right number.
      this.#texts = hitTexts(this.#answer);
      return this.at(index);
    }
    const { _index, _id, _source = {}, sort } = hit;
    if (isTooLarge(text)) return { index: _index, id: _id, source: {}, sort, tooLarge: true };
    return { index: _index, id: _id, source: _source, sort, ...(this.#exact && mayLoseDigits(text) ? { text } : {}) };
  }

  #text(i: number): string | undefined {
    if (this.#texts !== undefined) return this.#texts[i];
    const start = this.#starts[i];
    return start === undefined ? undefined : this.#answer.slice(start, (this.#starts[i + 1] ?? this.#end + 1) - 1);
  }
}

/** Characters take 1 to 3 bytes. */
function isTooLarge(text: string): boolean {
  return text.length * 3 > LARGEST_DOCUMENT && Buffer.byteLength(text) > LARGEST_DOCUMENT;
}
