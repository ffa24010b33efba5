import { formatInstant } from '../../catalogue/instant.ts';
import type { AlertDocument, AlertHole } from '../alerts/alert-document.ts';
import { endOf, type CoverageHole } from './coverage-hole.ts';
import type { PartitionCoverage } from './partition-coverage.ts';

/** So many are named in one alert. */
const MOST_NAMED = 8;

/**
 * The holes that touch what an alert's hunt looked at: the largest LAST of the hunt before the alert's event time, or all
 * that was read where it has none (`windowMs` Infinity). By source and cause, in that order. A source that was away counts
 * as long as it is: what it holds is read afterwards.
 */
export function holesOfAlert(
  alert: AlertDocument,
  partitions: readonly PartitionCoverage[],
  windowMs: number,
): AlertHole[] {
  const atMs = Date.parse(alert['@timestamp']);
  const touching = partitions.flatMap((partition) =>
    partition.holes
      .filter((hole) => touches(hole, atMs - windowMs, atMs))
      .map((hole) => ({ source: partition.source, place: partition.place, hole })),
  );
  const groups = new Map<string, (typeof touching)[number][]>();
  for (const each of touching) {
    const key = `${each.source}\n${each.hole.cause}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [each]);
    else group.push(each);
  }
  return [...groups]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .slice(0, MOST_NAMED)
    .map(([, group]) => named(group));
}

function touches(hole: CoverageHole, fromMs: number, toMs: number): boolean {
  if (hole.cause === 'source-away' && !hole.isOpen) return false;
  return hole.fromMs <= toMs && endOf(hole) >= fromMs;
}

function named(
  group: readonly { readonly source: string; readonly place: string; readonly hole: CoverageHole }[],
): AlertHole {
  const [{ source, hole: first }] = group as [(typeof group)[number]];
  const places = new Set(group.map(({ place }) => place).filter((place) => place !== ''));
  const count = group.reduce((sum, { hole }) => sum + hole.count, 0);
  const fromMs = Math.min(...group.map(({ hole }) => hole.fromMs));
  const isOpen = group.some(({ hole }) => hole.isOpen);
  const toMs = Math.max(...group.map(({ hole }) => hole.toMs));
  return {
    source,
    cause: first.cause,
    ...(places.size === 0 ? {} : { places: places.size }),
    ...(count === 0 ? {} : { count }),
    ...(fromMs === -Infinity ? {} : { from: formatInstant({ ms: fromMs, ns: 0 }) }),
    ...(isOpen ? {} : { to: formatInstant({ ms: toMs, ns: 0 }) }),
  };
}
