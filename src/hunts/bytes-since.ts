import { positionKey, type PlacePosition } from './source-reader.ts';

/** How far a file was read since its last epoch; one that was read anew counts from its start. */
export function bytesSince(before: ReadonlyMap<string, PlacePosition>, to: PlacePosition): number {
  if (to.partition !== undefined) return 0;
  const begin = before.get(positionKey(to))?.position.offset ?? 0;
  const { offset } = to.position;
  return offset < begin ? offset : offset - begin;
}
