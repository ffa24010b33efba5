import type { Dictionary } from './record-batch.ts';
import { hashText } from './text-hash.ts';

export interface TextDictionaryOptions {
  /** Seed of the hashes; hashes of two dictionaries with one seed agree. */
  readonly seed: number;
  /** Beyond this many texts the dictionary is emptied at the next batch border. Default 65,536. */
  readonly maxEntries?: number;
  /** Beyond this much text (bytes, two per UTF-16 unit) likewise. Default 32 MiB. */
  readonly maxBytes?: number;
}

/** Texts seen, with dense codes from 1. It never refuses a text: over its limits it only asks to be emptied. */
export class TextDictionary implements Dictionary {
  readonly #seed: number;
  readonly #maxEntries: number;
  readonly #maxBytes: number;
  readonly #codes = new Map<string, number>();
  readonly #texts: string[] = [''];
  #hashes = new Float64Array(256).fill(-1);
  #bytes = 0;
  #epoch = 0;

  constructor(options: TextDictionaryOptions) {
    this.#seed = options.seed;
    this.#maxEntries = options.maxEntries ?? 65_536;
    this.#maxBytes = options.maxBytes ?? 32 * 1024 * 1024;
  }

  get size(): number {
    return this.#texts.length - 1;
  }

  get epoch(): number {
    return this.#epoch;
  }

  /** True when the dictionary wants to be emptied at the next batch border. */
  get full(): boolean {
    return this.size > this.#maxEntries || this.#bytes > this.#maxBytes;
  }

  /** Code of `text`, given now if it is new. */
  code(text: string): number {
    const known = this.#codes.get(text);
    if (known !== undefined) return known;
    const code = this.#texts.length;
    this.#codes.set(text, code);
    this.#texts.push(text);
    this.#bytes += 2 * text.length;
    return code;
  }

  /** Code of `text`, 0 if it has none. */
  find(text: string): number {
    return this.#codes.get(text) ?? 0;
  }

  text(code: number): string {
    const text = this.#texts[code];
    if (text === undefined || code === 0) throw new RangeError(`no text has the code ${String(code)}`);
    return text;
  }

  hash(code: number): number {
    if (code < this.#hashes.length) {
      const known = this.#hashes[code] as number;
      if (known >= 0) return known;
    } else {
      const larger = new Float64Array(Math.max(this.#hashes.length * 2, code + 1)).fill(-1);
      larger.set(this.#hashes);
      this.#hashes = larger;
    }
    const hash = hashText(this.text(code), this.#seed);
    this.#hashes[code] = hash;
    return hash;
  }

  /** Forgets all texts and starts a new epoch of codes. Only between two batches. */
  empty(): void {
    this.#codes.clear();
    this.#texts.length = 1;
    this.#hashes.fill(-1);
    this.#bytes = 0;
    this.#epoch++;
  }
}
