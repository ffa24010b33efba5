import type { EntityTypeDefinition } from './catalogue.ts';
import { ACCOUNT_TYPES } from './entity-types/account.ts';
import { ASSET_TYPES } from './entity-types/asset.ts';
import { EVENT_TYPES } from './entity-types/event.ts';
import { FILE_TYPES } from './entity-types/file.ts';
import { NETWORK_TYPES } from './entity-types/network.ts';
import { PROCESS_TYPES } from './entity-types/process.ts';

const TYPES: readonly EntityTypeDefinition[] = [
  ...PROCESS_TYPES,
  ...FILE_TYPES,
  ...NETWORK_TYPES,
  ...ACCOUNT_TYPES,
  ...ASSET_TYPES,
  ...EVENT_TYPES,
];

const BY_NAME: ReadonlyMap<string, EntityTypeDefinition> = new Map(TYPES.map((each) => [each.type, each]));

/** The definition of an entity type; names are case-sensitive. Undefined for types that the catalogue does not know. */
export function entityType(name: string): EntityTypeDefinition | undefined {
  return BY_NAME.get(name);
}

/** All entity types, in the order of the documentation. */
export function entityTypes(): readonly EntityTypeDefinition[] {
  return TYPES;
}
