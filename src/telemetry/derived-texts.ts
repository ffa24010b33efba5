import type { TextDictionary } from './text-dictionary.ts';

const UNKNOWN = -1;

/**
 * Texts computed from other texts (base name of a path, directory …), once per distinct text:
 * a table from source code to target code, valid while neither dictionary starts a new epoch.
 */
export class DerivedTexts {
  readonly #source: TextDictionary;
  readonly #target: TextDictionary;
  readonly #derive: (text: string) => string | undefined;
  #codes = new Int32Array(256).fill(UNKNOWN);
  #sourceEpoch: number;
  #targetEpoch: number;

  /** `derive` gives `undefined` where there is nothing to say (an IPv4 address asked for its IPv6 form). */
  constructor(source: TextDictionary, target: TextDictionary, derive: (text: string) => string | undefined) {
    this.#source = source;
    this.#target = target;
    this.#derive = derive;
    this.#sourceEpoch = source.epoch;
    this.#targetEpoch = target.epoch;
  }

  /** Code in the target dictionary for a code of the source dictionary; 0 = nothing. */
  code(sourceCode: number): number {
    if (this.#sourceEpoch !== this.#source.epoch || this.#targetEpoch !== this.#target.epoch) this.#forget();
    if (sourceCode >= this.#codes.length) this.#grow(sourceCode);
    const known = this.#codes[sourceCode] as number;
    if (known !== UNKNOWN) return known;
    const text = this.#derive(this.#source.text(sourceCode));
    const code = text === undefined ? 0 : this.#target.code(text);
    this.#codes[sourceCode] = code;
    return code;
  }

  #grow(code: number): void {
    const larger = new Int32Array(Math.max(this.#codes.length * 2, code + 1)).fill(UNKNOWN);
    larger.set(this.#codes);
    this.#codes = larger;
  }

  #forget(): void {
    this.#codes.fill(UNKNOWN);
    this.#sourceEpoch = this.#source.epoch;
    this.#targetEpoch = this.#target.epoch;
  }
}
