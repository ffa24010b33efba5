import type { SourcedBatch } from './batch-merge.ts';
import { isForgotten, positionKey, type PlacePosition } from './source-reader.ts';

/** How far a scope has come in each place of its sources, and what of it the state does not know yet. */
export class ScopePositions {
  readonly #known = new Map<string, PlacePosition>();
  readonly #changed = new Map<string, PlacePosition>();

  /** As the state has them. */
  restore(positions: readonly PlacePosition[]): void {
    for (const position of positions) this.#known.set(positionKey(position), position);
  }

  get all(): readonly PlacePosition[] {
    return [...this.#known.values()];
  }

  /** Where the place of `position` stands now. */
  before(position: PlacePosition): PlacePosition | undefined {
    return this.#known.get(positionKey(position));
  }

  /** The batch has been processed. */
  move({ position, also }: Pick<SourcedBatch, 'position' | 'also'>): void {
    for (const each of also === undefined ? [position] : [position, ...also]) {
      const key = positionKey(each);
      if (isForgotten(each)) this.#known.delete(key);
      else this.#known.set(key, each);
      this.#changed.set(key, each);
    }
  }

  /** Those that changed since `committed`. */
  get changed(): readonly PlacePosition[] {
    return [...this.#changed.values()];
  }

  committed(): void {
    this.#changed.clear();
  }
}
