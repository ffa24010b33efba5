/**
 * What the hunts of one scope can ever read (decision 17): it goes down to the decoders, columns come up.
 * Plain data; made by the plan, read by decoders and by the entity graph.
 */
export interface Demand {
  /**
   * Entity types taken into the graph, each with all scalar attributes of the catalogue except those marked
   * `onRequest` there (environment, hashes, call traces …), which are listed here by name when some hunt reads them.
   */
  readonly types: ReadonlyMap<string, { readonly onRequest: ReadonlySet<string> }>;
  /**
   * Reference attributes that FIND, reference paths or displays walk, as `type.reference` (`process.parent_ref`).
   * Their targets are among `types`.
   */
  readonly references: ReadonlySet<string>;
  /**
   * Those of `references` through which content is read: by paths, displays, process chains. What is said of a target matters to
   * those that refer to it; the others only FIND follows, from edge to edge. Absent: all of them.
   */
  readonly readReferences?: ReadonlySet<string> | undefined;
  /**
   * Types that only patterns of GET and FIND look at (extended comparisons, and paths inside one record): their
   * slots must be readable on a batch, but no entity of them is kept.
   */
  readonly patternTypes: ReadonlyMap<string, { readonly onRequest: ReadonlySet<string> }>;
  /** References that patterns walk inside one record, as `type.reference`. */
  readonly patternReferences: ReadonlySet<string>;
  /** Pairs of types some `FIND … LINKED` joins: [result type, input type]. */
  readonly linked: readonly (readonly [string, string])[];
  /** Types whose records are kept one by one: TIMESTAMPED, ADDOBSID and RECORDS show a row for each. */
  readonly observed?: ReadonlySet<string>;
  /**
   * Those of `types` that have members of variables, edges or rows, or whose times of observation are read. The others are
   * only what references of these lead to. Absent: all of them.
   */
  readonly members?: ReadonlySet<string>;
  /** Record ids are needed (record counts shown, TIMESTAMPED and its like). */
  readonly recordIds: boolean;
}

/** References through which content is read. */
export function referencesRead({ references, readReferences = references }: Demand): ReadonlySet<string> {
  return readReferences;
}
