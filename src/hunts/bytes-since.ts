import { positionKey, type PlacePosition } from './source-reader.ts';

/** How far a file was read since its last epoch; one that was read anew counts from its start. 0 of topics. */
export function bytesSince(positions: ReadonlyMap<string, PlacePosition>, to: PlacePosition): number {
  if (to.partition !== undefined) return 0;
  const before = positions.get(positionKey(to))?.position.offset ?? 0;
  const { offset } = to.position;
  return offset < before ? offset : offset - before;
}
