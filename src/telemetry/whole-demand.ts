import { entityTypes } from '../catalogue/entity-type.ts';
import type { Demand } from './demand.ts';

/** Has everything, and lists nothing. */
class Everything extends Set<string> {
  override has(): boolean {
    return true;
  }
}

const ALL_ATTRIBUTES: { readonly onRequest: ReadonlySet<string> } = { onRequest: new Everything() };

/** Every type has all of its attributes, those that only a bundle knows as well; the catalogue's are listed. */
class EveryType extends Map<string, { readonly onRequest: ReadonlySet<string> }> {
  override has(): boolean {
    return true;
  }

  override get(): { readonly onRequest: ReadonlySet<string> } {
    return ALL_ATTRIBUTES;
  }
}

/** The demand of somebody who wants to see all that a decoder can give. For looking at telemetry, not for running. */
export function wholeDemand(): Demand {
  return {
    types: new EveryType(entityTypes().map(({ type }) => [type, ALL_ATTRIBUTES])),
    references: new Everything(),
    patternTypes: new Map(),
    patternReferences: new Everything(),
    linked: [],
    recordIds: false,
  };
}
