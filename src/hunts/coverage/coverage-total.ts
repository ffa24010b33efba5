import type { CoverageCause } from './coverage-hole.ts';

/** What the holes of one source and cause come to. */
export interface CoverageTotal {
  readonly source: string;
  readonly cause: CoverageCause;
  /** Holes that there have been. */
  readonly holes: number;
  /** Inputs that are missing in them, as far as that is known. */
  readonly missing: number;
}
