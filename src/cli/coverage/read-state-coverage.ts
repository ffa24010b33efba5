import { UsageError } from '../../errors/windhover-error.ts';
import { coverageDocument } from '../../hunts/coverage/coverage-document.ts';
import { COVERAGE_CAUSES } from '../../hunts/coverage/coverage-hole.ts';
import { COVERAGE_REMEDIES } from '../../hunts/coverage/coverage-remedies.ts';
import { readCoverage } from '../../hunts/coverage/coverage-state.ts';
import { PartitionCoverage } from '../../hunts/coverage/partition-coverage.ts';
import { readCohorts } from '../../hunts/state/state-folder.ts';
import { RocksStateStore } from '../../store/rocks-state-store.ts';

/** What hunts that share their positions have seen. */
export interface ScopeCoverage {
  /** Ids, in their order. */
  readonly hunts: readonly string[];
  readonly sources: readonly string[];
  /** By source and place. */
  readonly partitions: readonly PartitionCoverage[];
}

/**
 * The ledger of a state folder as of its last commit, or of the hunts that share theirs with one. Throws `StateError`,
 * `UsageError` `coverage-hunt`.
 */
export async function readStateCoverage(folder: string, hunt: string | undefined): Promise<ScopeCoverage[]> {
  const store = await RocksStateStore.openToRead(folder);
  try {
    const cohorts = (await readCohorts(store)) ?? [];
    const asked = cohorts.filter(({ hunts }) => hunt === undefined || hunts.some(({ id }) => id === hunt));
    if (asked.length === 0 && hunt !== undefined) {
      const known = cohorts.flatMap(({ hunts }) => hunts.map(({ id }) => id)).sort();
      throw new UsageError(
        'coverage-hunt',
        `The state in ${folder} holds no hunt ${hunt}`,
        known.length === 0 ? 'It holds none yet.' : `It holds ${known.slice(0, 20).join(', ')}.`,
      );
    }
    const scopes: ScopeCoverage[] = [];
    for (const { id, hunts, sources } of asked) {
      const partitions = (await readCoverage(store, id)).map((stored) => PartitionCoverage.restore(stored));
      scopes.push({ hunts: hunts.map((each) => each.id).sort(), sources, partitions });
    }
    return scopes;
  } finally {
    await store.close();
  }
}

/** The document of `--format json`. */
export function stateCoverageDocument(folder: string, scopes: readonly ScopeCoverage[]): unknown {
  const holes = new Set(
    scopes.flatMap(({ partitions }) => partitions.flatMap((each) => each.holes)).map((h) => h.cause),
  );
  return {
    state: folder,
    scopes: scopes.map(({ hunts, sources, partitions }) => ({
      hunts,
      sources,
      coverage: partitions.map(coverageDocument),
    })),
    remedies: Object.fromEntries(
      COVERAGE_CAUSES.filter((cause) => holes.has(cause)).map((cause) => [cause, COVERAGE_REMEDIES[cause]]),
    ),
  };
}
