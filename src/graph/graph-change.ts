import type { Edge } from './edge-table.ts';
import type { ObservationChange } from './observation-table.ts';

/** What one epoch did to the graph. Arrays are valid until the next `apply` or `expire`. */
export interface GraphChange {
  /** Entities whose content, or content reachable over demanded references, changed. No repetitions. */
  readonly touched: readonly number[];
  /** By edge table. */
  readonly edgesAdded: ReadonlyMap<string, readonly Edge[]>;
  readonly edgesRemoved: ReadonlyMap<string, readonly Edge[]>;
  /** Entities forgotten by retention. Their handles are used again only after `release`. */
  readonly forgotten: readonly number[];
  /** Records of entities whose records are kept. */
  readonly observed: readonly ObservationChange[];
  readonly unobserved: readonly ObservationChange[];
}
