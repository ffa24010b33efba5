import type { Demand } from '../../telemetry/demand.ts';

type StoredTypes = readonly (readonly [string, readonly string[]])[];

/** A demand as plain data. */
export interface StoredDemand {
  readonly types: StoredTypes;
  readonly references: readonly string[];
  /** Absent in states of a version that did not tell them apart. */
  readonly readReferences?: readonly string[];
  readonly patternTypes: StoredTypes;
  readonly patternReferences: readonly string[];
  readonly linked: readonly (readonly [string, string])[];
  readonly observed: readonly string[];
  readonly recordIds: boolean;
}

export function storeDemand(demand: Demand): StoredDemand {
  const types = (map: Demand['types']): StoredTypes => [...map].map(([type, { onRequest }]) => [type, [...onRequest]]);
  return {
    types: types(demand.types),
    references: [...demand.references],
    ...(demand.readReferences && { readReferences: [...demand.readReferences] }),
    patternTypes: types(demand.patternTypes),
    patternReferences: [...demand.patternReferences],
    linked: demand.linked,
    observed: [...(demand.observed ?? [])],
    recordIds: demand.recordIds,
  };
}

export function loadDemand(stored: StoredDemand): Demand {
  const types = (list: StoredTypes): Demand['types'] =>
    new Map(list.map(([type, names]) => [type, { onRequest: new Set(names) }]));
  return {
    types: types(stored.types),
    references: new Set(stored.references),
    ...(stored.readReferences && { readReferences: new Set(stored.readReferences) }),
    patternTypes: types(stored.patternTypes),
    patternReferences: new Set(stored.patternReferences),
    linked: stored.linked,
    observed: new Set(stored.observed),
    recordIds: stored.recordIds,
  };
}
