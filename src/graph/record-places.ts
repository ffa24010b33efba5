/** Places that are remembered by name: those of rotated logs add up over months. Records of others are not named. */
const MOST = 16_384;

/** Where records lie, as numbers that fit into a column; 0: not known. */
export class RecordPlaces {
  readonly #names: (readonly [source: string, place: string])[] = [];
  readonly #numbers = new Map<string, Map<string, number>>();
  #isChanged = false;
  /** Most records lie where the one before did. */
  #last: { readonly source: string; readonly place: string; readonly number: number } | undefined;

  /** `source`: name of the source that the place is of. */
  numberOf(source: string, place: string): number {
    const last = this.#last;
    if (last !== undefined && last.place === place && last.source === source) return last.number;
    const number = this.#intern(source, place);
    this.#last = { source, place, number };
    return number;
  }

  /** Source and place of a number other than 0. */
  at(number: number): readonly [source: string, place: string] | undefined {
    return this.#names[number - 1];
  }

  /** All of them by number, where there are new ones since the last call. */
  changed(): readonly (readonly [string, string])[] | undefined {
    if (!this.#isChanged) return undefined;
    this.#isChanged = false;
    return this.#names;
  }

  restore(names: readonly (readonly [string, string])[]): void {
    for (const [source, place] of names) this.numberOf(source, place);
    this.#isChanged = false;
  }

  #intern(source: string, place: string): number {
    let ofSource = this.#numbers.get(source);
    if (ofSource === undefined) this.#numbers.set(source, (ofSource = new Map()));
    const known = ofSource.get(place);
    if (known !== undefined) return known;
    if (this.#names.length === MOST) return 0;
    const number = this.#names.push([source, place]);
    ofSource.set(place, number);
    this.#isChanged = true;
    return number;
  }
}
