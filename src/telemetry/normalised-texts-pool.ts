import type { BatchBuilder } from './batch-builder.ts';
import { NormalisedTexts } from './normalised-texts.ts';
import { TEXT_NORMALISERS, type TextNormaliser } from './text-normalisers.ts';

/** One table of spellings per dictionary and rule, shared by all cells that use both. */
export class NormalisedTextsPool {
  readonly #builder: BatchBuilder;
  readonly #pool = new Map<string, NormalisedTexts>();

  constructor(builder: BatchBuilder) {
    this.#builder = builder;
  }

  rule(name: TextNormaliser): (text: string) => string | undefined {
    return TEXT_NORMALISERS[name];
  }

  get(dictionary: string, normaliser: TextNormaliser): NormalisedTexts {
    const key = `${dictionary} ${normaliser}`;
    let texts = this.#pool.get(key);
    if (texts === undefined) {
      texts = new NormalisedTexts(this.#builder.dictionary(dictionary), this.rule(normaliser));
      this.#pool.set(key, texts);
    }
    return texts;
  }

  /** At every batch border, after the builder's `begin`. */
  begin(): void {
    for (const texts of this.#pool.values()) texts.begin();
  }
}
