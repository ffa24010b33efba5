import type { AttributeDefinition } from './catalogue.ts';
import { entityTypes } from './entity-type.ts';
import { ENVIRONMENT_ATTRIBUTES, RECORD_ATTRIBUTES } from './entity-types/shared-attributes.ts';

const SHARED: ReadonlyMap<string, AttributeDefinition> = new Map(
  [...ENVIRONMENT_ATTRIBUTES, ...RECORD_ATTRIBUTES].map((each) => [each.name, each]),
);

const BY_TYPE: ReadonlyMap<string, ReadonlyMap<string, AttributeDefinition>> = new Map(
  entityTypes().map((type) => {
    const names = new Map<string, AttributeDefinition>(SHARED);
    for (const attribute of type.attributes) {
      for (const name of [attribute.name, ...(attribute.aliases ?? [])]) names.set(name, attribute);
    }
    return [type.type, names];
  }),
);

/**
 * The attribute that `name` or one of its other spellings means on `type`, environment and record attributes
 * included (those exist on unknown types too). Quotes inside the name must be gone already.
 */
export function attributeOf(type: string, name: string): AttributeDefinition | undefined {
  return (BY_TYPE.get(type) ?? SHARED).get(name);
}

/** Attributes that every entity has beside those of its type: where its records come from. */
export function environmentAttributes(): readonly AttributeDefinition[] {
  return ENVIRONMENT_ATTRIBUTES;
}

/** Attributes that every entity has beside those of its type, kept by the engine: identifier and observation. */
export function recordAttributes(): readonly AttributeDefinition[] {
  return RECORD_ATTRIBUTES;
}

/** Every spelling that `attributeOf` accepts on a type; for suggestions. */
export function attributeNames(type: string): readonly string[] {
  return [...(BY_TYPE.get(type) ?? SHARED).keys()];
}
