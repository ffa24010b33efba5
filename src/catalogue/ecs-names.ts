import { environmentAttributes } from './attribute-of.ts';
import type { EcsNameDefinition, EcsView } from './catalogue.ts';
import { ECS_ENDPOINT_FIELDS, ECS_FIELDS } from './ecs-fields.ts';
import { ECS_ROLES } from './ecs-roles.ts';
import { entityTypes } from './entity-type.ts';

const ENVIRONMENT: ReadonlySet<string> = new Set(environmentAttributes().map((each) => each.name));
const ADDRESS_TYPES = ['ipv4-addr', 'ipv6-addr'];

/** Environment fields are attributes of every entity, so they are read there and not on the host of the record. */
function views(ecs: string, path: string, role: (typeof ECS_ROLES)[number]): EcsView[] {
  if (ENVIRONMENT.has(ecs)) return entityTypes().map(({ type }) => ({ type, path: ecs }));
  const list: EcsView[] = role.views.map((view) => ({ type: view.type, path: view.prefix + path, role: view.start }));
  for (const field of ECS_ENDPOINT_FIELDS) {
    if (field.ecs === ecs) for (const type of ADDRESS_TYPES) list.push({ type, path: 'value', role: field.role });
  }
  return list;
}

const NAMES: readonly EcsNameDefinition[] = ECS_ROLES.flatMap((role) =>
  Object.entries(ECS_FIELDS[role.role]).map(([ecs, path]) => ({
    ecs,
    role: role.role,
    type: role.type,
    path,
    seenFrom: views(ecs, path, role),
  })),
);

const BY_NAME: ReadonlyMap<string, EcsNameDefinition> = new Map(NAMES.map((each) => [each.ecs, each]));

/** What an ECS field name stands for. Names are case-sensitive, as in ECS. */
export function ecsName(name: string): EcsNameDefinition | undefined {
  return BY_NAME.get(name);
}

/** All ECS field names of the catalogue, by role. */
export function ecsNames(): readonly EcsNameDefinition[] {
  return NAMES;
}
