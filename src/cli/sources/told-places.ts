/** Places of one kind that are told one by one. */
const MOST_TOLD = 10;

/**
 * Which places of a call are told as they are opened, and which are summed up: a folder of a thousand files would push everything
 * else that is told out of sight.
 */
export class ToldPlaces {
  readonly #places = new Map<string, { readonly what: string; readonly places: Set<string> }>();

  /** Whether this place is to be told by itself. `what`: what it turned out to be. */
  add(source: string, place: string, what: string): boolean {
    const key = JSON.stringify([source, what]);
    const known = this.#places.get(key) ?? { what, places: new Set() };
    this.#places.set(key, known);
    // Hunts that read different sets of sources read a shared one several times.
    if (known.places.has(place)) return false;
    known.places.add(place);
    return known.places.size <= MOST_TOLD;
  }

  /** A line for those of each source that were not told, without a line feed. */
  get rest(): readonly string[] {
    return [...this.#places.values()].flatMap(({ what, places }) => {
      const more = places.size - MOST_TOLD;
      return more > 0 ? [`and ${more} more ${more === 1 ? 'place' : 'places'} of ${what}`] : [];
    });
  }

  /** The first place in which nothing was recognised; else the first of all. */
  get doubtful(): string | undefined {
    const all = [...this.#places.values()];
    const [first] = (all.find(({ what }) => what === 'unknown') ?? all[0])?.places ?? [];
    return first;
  }
}
