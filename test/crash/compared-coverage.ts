import type { CoverageCause } from '../../src/hunts/coverage/coverage-hole.ts';
import type { StoredCoverage } from '../../src/hunts/coverage/partition-coverage.ts';

/** What of the ledger of one place is the same wherever epochs end. */
export type ComparedCoverage = Omit<StoredCoverage, 'holes'> & {
  /** By cause: inputs that are missing. */
  readonly missing: Readonly<Partial<Record<CoverageCause, number>>>;
};

/**
 * Where epochs end decides between which records an undecodable input is placed, and which holes are one: of holes it is
 * the inputs missing in them that have to be the same.
 */
export function comparedCoverage(stored: readonly StoredCoverage[]): ComparedCoverage[] {
  return stored
    .map(({ holes, ...rest }) => ({
      ...rest,
      missing: Object.fromEntries(
        Object.entries(holes).map(([cause, list]) => [
          cause,
          list.holes.reduce((sum, [, , , count]) => sum + count, 0),
        ]),
      ),
    }))
    .sort((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b)));
}
