import type { PlacePosition } from '../source-reader.ts';

/** The position that stands for a chunk of ids in the state; without `ids`: the chunk is to be deleted. */
export function chunkPosition(
  source: string,
  number: number,
  chunk?: { readonly ids: readonly string[]; readonly newestMs: number },
): PlacePosition {
  const kept = chunk ?? { ids: [], newestMs: -Infinity, forgotten: true as const };
  return {
    place: source,
    position: { offset: 0, records: 0 },
    head: '',
    headLength: 0,
    seamIds: {
      source,
      number,
      ids: kept.ids,
      newestMs: kept.newestMs,
      ...(chunk === undefined ? { forgotten: true } : {}),
    },
  };
}
