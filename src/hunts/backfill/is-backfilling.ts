import type { ScopeSource } from '../run/scope-run-options.ts';
import type { PlacePosition } from '../input/source-reader.ts';

/** Whether some source of a scope has history that is not read to its end yet. */
export function isBackfilling(sources: readonly ScopeSource[], known: readonly PlacePosition[]): boolean {
  return sources.some(
    ({ name, backfill }) =>
      backfill !== undefined && !known.some(({ seam }) => seam?.source === name && seam.stage !== 'history'),
  );
}
