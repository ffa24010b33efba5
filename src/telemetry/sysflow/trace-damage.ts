import { SourceError } from '../../errors/windhover-error.ts';

/** Reasons that only the end of a place has: something is missing behind it. */
const CUT: ReadonlyMap<string, string> = new Map([
  ['head-truncated', 'its head'],
  ['block-truncated', 'a block'],
  ['datum-truncated', 'a record'],
]);

/**
 * What of a trace could not be read. A block counts as one undecodable input however much it holds, so the count alone says
 * little: a trace that was cut in half looks like one with a bad line.
 */
export class TraceDamage {
  readonly #place: string;
  #blocks = 0;
  #first = 0;
  #reason = '';
  #cut: string | undefined;

  constructor(place: string) {
    this.#place = place;
  }

  /** `last`: nothing of the place comes behind it, so that its end may be what is missing. */
  add(offset: number, reason: string, last: boolean): void {
    const cut = last ? CUT.get(reason) : undefined;
    if (cut !== undefined) {
      this.#cut = cut;
      return;
    }
    if (this.#blocks === 0) [this.#first, this.#reason] = [offset, reason];
    this.#blocks++;
  }

  /** What is to be told once the place has been read; nothing of a whole one. */
  get error(): SourceError | undefined {
    const said: string[] = [];
    if (this.#blocks > 0) {
      const blocks = this.#blocks === 1 ? '1 block' : `${this.#blocks} blocks, the first`;
      said.push(`is damaged in ${blocks} at byte ${this.#first} (${this.#reason})`);
    }
    if (this.#cut !== undefined) said.push(`ends in the middle of ${this.#cut}`);
    if (said.length === 0) return undefined;
    const [code, hint] =
      this.#blocks === 0
        ? ['source-truncated', 'Whole records before the break were read; copy the file again to have the rest.']
        : ['source-damaged', 'Whole records around the damage were read; copy the file again to have the rest.'];
    return new SourceError(code, `${this.#place} ${said.join(' and ')}`, { hint });
  }
}
