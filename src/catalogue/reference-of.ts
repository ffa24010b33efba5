import type { ReferenceDefinition } from './catalogue.ts';
import { entityTypes } from './entity-type.ts';
import { isReferenceName, referenceTargets } from './reference-targets.ts';

const BY_TYPE: ReadonlyMap<string, ReadonlyMap<string, ReferenceDefinition>> = new Map(
  entityTypes().map((type) => {
    const names = new Map<string, ReferenceDefinition>();
    for (const reference of type.references) {
      for (const name of [reference.name, ...(reference.aliases ?? [])]) names.set(name, reference);
    }
    return [type.type, names];
  }),
);

/** The reference that the catalogue lists for `type` under `name` or one of its other spellings. */
export function listedReference(type: string, name: string): ReferenceDefinition | undefined {
  return BY_TYPE.get(type)?.get(name);
}

/**
 * The reference that `name` means on `type`. One that the catalogue does not list gets its targets by name; names that
 * do not end in `_ref` or `_refs` are no references then.
 */
export function referenceOf(type: string, name: string): ReferenceDefinition | undefined {
  const listed = listedReference(type, name);
  if (listed !== undefined) return listed;
  if (!isReferenceName(name)) return undefined;
  return { name, list: name.endsWith('_refs'), target: referenceTargets(name), description: 'not in the catalogue' };
}

/** Every spelling of the references that the catalogue lists for `type`; for suggestions. */
export function referenceNames(type: string): readonly string[] {
  return [...(BY_TYPE.get(type)?.keys() ?? [])];
}
