import type { Flatness } from './flatness.ts';

/** Shorter than this, a slope says more about the warm-up than about the run. */
export const LEAST_SECONDS = 300;
const MOST_GROWTH: Readonly<Record<string, number>> = { memory: 0.1, disk: 0.15 };

/** What is wrong with a series that is to be flat; undefined where it is flat, or too short to say. */
export function notFlat(what: 'memory' | 'disk', name: string, found: Flatness | undefined): string | undefined {
  if (found === undefined || found.seconds < LEAST_SECONDS) return undefined;
  const most = MOST_GROWTH[what] as number;
  if (found.growth <= most) return undefined;
  const [grown, allowed] = [found.growth, most].map((share) => `${(share * 100).toFixed(0)} %`);
  return `${name} grows by ${grown} in ${Math.round(found.seconds)} s (at most ${allowed})`;
}

/** Part of `windhover coverage --format json`. */
export interface CoverageDocument {
  readonly scopes: readonly {
    readonly coverage: readonly {
      readonly source: string;
      readonly holes: readonly { readonly cause: string; readonly count?: number }[];
    }[];
  }[];
}

/**
 * Holes that nothing explains, and faults that left none. `expected`: per source (as the ledger names it) and cause how many
 * inputs; undefined where a cause may occur and counts nothing. With `atLeast`, what was sent may have come twice.
 */
export function unexplainedHoles(
  document: CoverageDocument,
  expected: ReadonlyMap<string, ReadonlyMap<string, number | undefined>>,
  atLeast: ReadonlySet<string>,
): string[] {
  const found = new Map<string, Map<string, number>>();
  for (const { source, holes } of document.scopes.flatMap((scope) => scope.coverage)) {
    const counts = found.get(source) ?? new Map<string, number>();
    found.set(source, counts);
    for (const { cause, count } of holes) counts.set(cause, (counts.get(cause) ?? 0) + (count ?? 0));
  }
  const wrong: string[] = [];
  for (const [source, counts] of found) {
    for (const cause of counts.keys()) {
      if (expected.get(source)?.has(cause) !== true)
        wrong.push(`${source}: a hole of the cause ${cause}, and no fault that explains it`);
    }
  }
  for (const [source, counts] of expected) {
    for (const [cause, count] of counts) {
      const actual = found.get(source)?.get(cause) ?? 0;
      const isRight = count === undefined || actual === count || (atLeast.has(source) && actual >= count);
      if (!isRight) wrong.push(`${source}: ${actual} inputs missing as ${cause}, and ${count} were sent`);
    }
  }
  return wrong;
}
