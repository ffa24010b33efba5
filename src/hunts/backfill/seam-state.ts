import type { PlacePosition } from '../input/source-reader.ts';

/** What the state keeps of a seam, as a position of its source. */
export function seamState(source: string, part: Pick<PlacePosition, 'seam' | 'seamIds'>): PlacePosition {
  return { place: source, position: { offset: 0, records: 0 }, head: '', headLength: 0, ...part };
}
