/** A field of an alert index that does not take what alerts hold. */
export interface MappingConflict {
  /** Dotted. */
  readonly field: string;
  /** As the index has it; `object` for what has fields of its own. */
  readonly found: string;
  readonly wanted: string;
}

/** Types that take any value that is no object. */
const TEXTS = new Set(['keyword', 'wildcard', 'constant_keyword', 'text', 'match_only_text']);
const OBJECTS = new Set(['object', 'nested', 'flattened']);
const NUMBERS = new Set(['long', 'integer', 'short', 'unsigned_long', 'double', 'float', 'half_float', 'scaled_float']);
const DATES = new Set(['date', 'date_nanos']);
const FAMILIES = [TEXTS, OBJECTS, NUMBERS, DATES];
const DEEPEST = 12;

/**
 * Index → its first field that would refuse alerts, by the answer to `GET /ALIAS/_mapping`; indices that take all of them
 * are left out. `properties`: of the alert template.
 */
export function mappingConflicts(answer: unknown, properties: unknown): ReadonlyMap<string, MappingConflict> {
  const conflicts = new Map<string, MappingConflict>();
  for (const [index, { mappings }] of entries(answer)) {
    const conflict = firstConflict(member(mappings, 'properties'), properties, '', 0);
    if (conflict !== undefined) conflicts.set(index, conflict);
  }
  return conflicts;
}

function firstConflict(found: unknown, wanted: unknown, path: string, depth: number): MappingConflict | undefined {
  if (depth > DEEPEST) return undefined;
  for (const [name, want] of entries(wanted)) {
    const have = member(found, name);
    // What is not mapped is taken: alerts bring no types.
    if (have === undefined) continue;
    const field = path === '' ? name : `${path}.${name}`;
    const [haveType, wantType] = [typeOf(have), typeOf(want)];
    if (!takes(haveType, wantType)) return { field, found: haveType, wanted: wantType };
    const inner = firstConflict(member(have, 'properties'), want['properties'], field, depth + 1);
    if (inner !== undefined) return inner;
  }
  return undefined;
}

function takes(found: string, wanted: string): boolean {
  if (found === wanted) return true;
  if (OBJECTS.has(found) || OBJECTS.has(wanted)) return OBJECTS.has(found) && OBJECTS.has(wanted);
  return TEXTS.has(found) || FAMILIES.some((family) => family.has(found) && family.has(wanted));
}

function typeOf(mapping: unknown): string {
  const type = member(mapping, 'type');
  return typeof type === 'string' ? type.slice(0, 40) : 'object';
}

function entries(value: unknown): [string, Readonly<Record<string, unknown>>][] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value as Record<string, unknown>).flatMap(([name, each]) =>
    typeof each === 'object' && each !== null ? [[name, each as Readonly<Record<string, unknown>>]] : [],
  );
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined;
}
