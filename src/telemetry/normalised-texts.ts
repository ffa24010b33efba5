import type { TextDictionary } from './text-dictionary.ts';

const MAX_SPELLINGS = 131_072;

/**
 * Texts of documents → codes of their normal form. One look-up for a text seen before, whatever the rule costs.
 */
export class NormalisedTexts {
  readonly dictionary: TextDictionary;
  readonly #normalise: (text: string) => string | undefined;
  readonly #codes = new Map<string, number>();
  #epoch: number;
  #generation = 0;

  constructor(dictionary: TextDictionary, normalise: (text: string) => string | undefined) {
    this.dictionary = dictionary;
    this.#normalise = normalise;
    this.#epoch = dictionary.epoch;
  }

  /** Goes up when codes given before are no longer valid. */
  get generation(): number {
    return this.#generation;
  }

  /** Code of the normal form; 0 where the text says that nothing is known. */
  code(text: string): number {
    const known = this.#codes.get(text);
    if (known !== undefined) return known;
    const normal = this.#normalise(text);
    const code = normal === undefined ? 0 : this.dictionary.code(normal);
    this.#codes.set(text, code);
    return code;
  }

  /** To be called at every batch border, after the dictionaries were looked at. */
  begin(): void {
    if (this.#epoch === this.dictionary.epoch && this.#codes.size <= MAX_SPELLINGS) return;
    this.#codes.clear();
    this.#generation++;
    this.#epoch = this.dictionary.epoch;
  }
}
