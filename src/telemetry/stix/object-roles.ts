import type { Observation, ObservedObject } from './observation.ts';

/** Roles of types that have only one, as the ECS names of the catalogue call them. */
const ROLE_OF_TYPE: ReadonlyMap<string, string> = new Map([
  ['user-account', 'user'],
  ['network-traffic', 'connection'],
  ['x-oca-asset', 'host'],
  ['x-oca-event', 'event'],
  ['windows-registry-key', 'registry'],
  ['domain-name', 'domain'],
]);

/** A reference that gives its target a role: `owner` of role `from` (any where absent) names a `target` by `reference`. */
interface RoleRule {
  readonly owner: string;
  readonly from?: string;
  readonly reference: string;
  readonly target: readonly string[];
  readonly role: string;
}

const ADDRESSES = ['ipv4-addr', 'ipv6-addr'] as const;

/** In this order; a role once given stays. */
const RULES: readonly RoleRule[] = [
  { owner: 'x-oca-event', reference: 'process_ref', target: ['process'], role: 'process' },
  { owner: 'x-oca-event', reference: 'parent_process_ref', target: ['process'], role: 'parent' },
  { owner: 'process', reference: 'parent_ref', target: ['process'], role: 'parent' },
  { owner: 'process', from: 'process', reference: 'binary_ref', target: ['file'], role: 'binary' },
  { owner: 'process', from: 'parent', reference: 'binary_ref', target: ['file'], role: 'parent-binary' },
  {
    owner: 'file',
    from: 'binary',
    reference: 'parent_directory_ref',
    target: ['directory'],
    role: 'binary-directory',
  },
  {
    owner: 'file',
    from: 'parent-binary',
    reference: 'parent_directory_ref',
    target: ['directory'],
    role: 'parent-binary-directory',
  },
  { owner: 'network-traffic', reference: 'src_ref', target: ADDRESSES, role: 'source' },
  { owner: 'network-traffic', reference: 'dst_ref', target: ADDRESSES, role: 'destination' },
];

/**
 * The role of each object of an observation. STIX itself knows no roles: how objects refer to each other tells which
 * process acted and which is its parent, what ran and what was acted upon, as far as ECS names need it. Objects without
 * such a role have that of their type. The second object of a role is `role.2`, and so on.
 */
export function objectRoles(observation: Observation): string[] {
  const { objects } = observation;
  const given: (string | undefined)[] = objects.map(() => undefined);
  const roleAt = (index: number): string => {
    const { type } = objects[index] as ObservedObject;
    return given[index] ?? ROLE_OF_TYPE.get(type) ?? type;
  };
  for (const rule of RULES) {
    objects.forEach((object, owner) => {
      if (object.type !== rule.owner || (rule.from !== undefined && roleAt(owner) !== rule.from)) return;
      for (const target of object.references.find((each) => each.name === rule.reference)?.targets ?? []) {
        if (target !== owner && rule.target.includes((objects[target] as ObservedObject).type))
          given[target] ??= rule.role;
      }
    });
  }
  const occurrences = new Map<string, number>();
  const used = new Set(['observation']);
  return objects.map((_, index) => {
    const role = roleAt(index);
    let occurrence = occurrences.get(role) ?? 0;
    let name: string;
    do {
      occurrence++;
      name = occurrence === 1 ? role : `${role}.${String(occurrence)}`;
    } while (used.has(name));
    occurrences.set(role, occurrence);
    used.add(name);
    return name;
  });
}
