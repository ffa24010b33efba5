import { type CharStream, IntStream, type Interval } from 'antlr4ng';

/** Characters of a text in UTF-16 units, so that token positions are string offsets. */
export class TextStream implements CharStream {
  readonly name = 'huntflow';
  readonly #text: string;
  readonly #start: number;
  index: number;

  /** Reads `text` from offset `start` on. */
  constructor(text: string, start = 0) {
    this.#text = text;
    this.#start = start;
    this.index = start;
  }

  get size(): number {
    return this.#text.length;
  }

  reset(): void {
    this.index = this.#start;
  }

  consume(): void {
    this.index++;
  }

  LA(offset: number): number {
    const position = this.index + (offset < 0 ? offset : offset - 1);
    if (position < this.#start || position >= this.#text.length) return IntStream.EOF;
    return this.#text.charCodeAt(position);
  }

  mark(): number {
    return -1;
  }

  release(): void {
    // The whole text is in memory: there is nothing to release.
  }

  seek(index: number): void {
    this.index = Math.min(index, this.#text.length);
  }

  getTextFromRange(start: number, stop: number): string {
    return this.#text.slice(start, stop + 1);
  }

  getTextFromInterval(interval: Interval): string {
    return this.#text.slice(interval.start, interval.stop + 1);
  }

  getSourceName(): string {
    return this.name;
  }
}
