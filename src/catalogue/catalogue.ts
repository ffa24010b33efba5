/** Shapes of the catalogue's data. The data itself lies in the files beside this one; nothing here is behaviour. */

export type AttributeKind = 'text' | 'integer' | 'number' | 'boolean' | 'time' | 'list' | 'any';

export interface AttributeDefinition {
  /** STIX name relative to the entity; dots belong to it (`hashes.SHA-256`, `container.name`). */
  readonly name: string;
  readonly kind: AttributeKind;
  /** Other spellings accepted in huntflows (`x_ttp_tags` for `x_tags`, `hashes.'SHA-256'`). */
  readonly aliases?: readonly string[];
  /** Taken in only when a hunt reads it (environment, hashes, call traces …: decision 17). */
  readonly onRequest?: boolean;
  /** List attributes that are unions over records (tags). */
  readonly union?: boolean;
  /** Windows spellings that differ in case are one value (decision 6): names and paths. */
  readonly caseFolded?: boolean;
  readonly description: string;
}

export interface ReferenceDefinition {
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly list: boolean;
  readonly target: readonly string[];
  readonly description: string;
}

export interface EntityTypeDefinition {
  readonly type: string;
  readonly description: string;
  /** In the order in which DISP shows them. */
  readonly attributes: readonly AttributeDefinition[];
  readonly references: readonly ReferenceDefinition[];
  /** Attribute that a text in `NEW type ["…"]` fills. */
  readonly primary: string;
  /** Value types: equal values are one entity everywhere, also rows of NEW. */
  readonly valueType: boolean;
  /** Identity rule in words, shown by EXPLAIN (decision 2). */
  readonly identity: string;
}

/** `FIND subject RELATION object` walks these references; all of them count (deviation D8). */
export interface RelationDefinition {
  readonly subject: string;
  readonly relation: string;
  readonly object: string;
  readonly references: readonly { readonly owner: 'subject' | 'object'; readonly reference: string }[];
}

/** An ECS field and the STIX path that it stands for, seen from each entity type it can be used with. */
export interface EcsNameDefinition {
  readonly ecs: string;
  /** Slot role that the field feeds (`process`, `parent`, `file`, `connection`, `host` …). */
  readonly role: string;
  /** Entity type of the slot and attribute path from there. */
  readonly type: string;
  readonly path: string;
  /**
   * Paths from entity types, the slot's own included: `process.parent.name` is `parent_ref.name` seen from a process.
   * `role` is that of the mention where the path starts; absent where any mention of the type will do (environment).
   */
  readonly seenFrom?: readonly EcsView[];
}

export interface EcsView {
  readonly type: string;
  readonly path: string;
  readonly role?: string;
}
