import { entityType } from '../../catalogue/entity-type.ts';
import type { BatchBuilder } from '../batch-builder.ts';
import type { BatchColumn } from '../batch-column.ts';
import type { BatchKind, SlotPlan } from '../batch-kind.ts';
import { CELL, type SlotAttribute } from '../record-batch.ts';
import type { BundleSchema, SchemaAttribute } from './bundle-schema.ts';
import { objectRoles } from './object-roles.ts';
import type { Observation, ObservedObject } from './observation.ts';

/** Columns of the entities of one type and role, shared by all kinds. */
export interface RoleColumns {
  readonly type: string;
  readonly role: string;
  readonly identity: BatchColumn;
  readonly attributes: ReadonlyMap<string, { readonly column: BatchColumn; readonly attribute: SchemaAttribute }>;
}

/** An observation made ready for a row: its kind, and which object goes to which slot. */
export interface Placement {
  readonly kind: BatchKind;
  /** Index into the observation's objects, by slot. */
  readonly objects: readonly number[];
  /** Columns by slot. */
  readonly columns: readonly RoleColumns[];
}

/** Attributes of the slot that stands for the record itself. */
export const OBSERVATION_ATTRIBUTES = [
  'id',
  'first_observed',
  'last_observed',
  'number_observed',
  'created',
  'modified',
] as const;

export const OBSERVATION_TYPE = 'observed-data';

/** Bounds for what a bundle can make of columns (9 kB each) and of slots (0.5 kB each); far beyond real bundles. */
const MAX_COLUMNS = 16_384;
const MAX_SLOTS = 65_536;
const SLOTS_A_RECORD = 1024;
const DICTIONARIES = 256;

/**
 * Lays out kinds, slots and columns for observations: one kind for each structure, that is the roles of the demanded
 * objects in their order and the demanded references between them.
 */
export class StixLayout {
  readonly #builder: BatchBuilder;
  readonly #schema: BundleSchema;
  readonly #kinds = new Map<string, { readonly kind: BatchKind; readonly columns: readonly RoleColumns[] }>();
  readonly #roles = new Map<string, RoleColumns>();
  readonly #environment = new Map<string, BatchColumn>();
  readonly #observation: ReadonlyMap<string, BatchColumn>;
  readonly #dictionaries = new Set<string>();
  #columns = 0;
  #slots = 0;

  constructor(builder: BatchBuilder, schema: BundleSchema) {
    this.#builder = builder;
    this.#schema = schema;
    const observed = schema.filter.wantsType(OBSERVATION_TYPE) ? OBSERVATION_ATTRIBUTES : [];
    this.#observation = new Map(observed.map((name) => [name, this.#addColumn(`${OBSERVATION_TYPE}.${name}`, name)]));
  }

  /** Columns of the record's own slot, which is the last of every kind; empty where nothing reads them. */
  get observation(): ReadonlyMap<string, BatchColumn> {
    return this.#observation;
  }

  /** Columns of the surroundings that some slot reads, by attribute; the host's identifier is not among them. */
  get environment(): ReadonlyMap<string, BatchColumn> {
    return this.#environment;
  }

  /** `undefined`: the observation has more entities, or the bundle more structures, than are taken in. */
  place(observation: Observation): Placement | undefined {
    const roles = objectRoles(observation);
    const kept = observation.objects.flatMap((object, index) =>
      this.#schema.filter.wantsType(object.type) ? [index] : [],
    );
    if (kept.length > SLOTS_A_RECORD) return undefined;
    const structure = kept.map((index) => {
      const object = observation.objects[index] as ObservedObject;
      return [object.type, roles[index] as string, this.#referencesOf(object, roles, observation)] as const;
    });
    const signature = JSON.stringify(structure);
    let known = this.#kinds.get(signature);
    if (known === undefined) {
      if (!this.#fits(structure)) return undefined;
      known = this.#layOut(structure);
      this.#kinds.set(signature, known);
    }
    return { ...known, objects: kept };
  }

  /** Demanded references as [name, list, roles of the demanded objects that they lead to]. */
  #referencesOf(
    object: ObservedObject,
    roles: readonly string[],
    observation: Observation,
  ): (readonly [string, boolean, readonly string[]])[] {
    return object.references.flatMap(({ name, list, targets }) => {
      if (!this.#schema.filter.wantsReference(object.type, name)) return [];
      const kept = targets.filter((target) =>
        this.#schema.filter.wantsType((observation.objects[target] as ObservedObject).type),
      );
      return kept.length === 0 ? [] : [[name, list, kept.map((target) => roles[target] as string)] as const];
    });
  }

  #fits(structure: readonly (readonly [string, string, unknown])[]): boolean {
    let columns = this.#columns;
    for (const [type, role] of structure) {
      if (!this.#roles.has(roleKey(type, role))) columns += 1 + this.#schema.attributesOf(type).size;
    }
    return columns <= MAX_COLUMNS && this.#slots + structure.length + 1 <= MAX_SLOTS;
  }

  #layOut(
    structure: readonly (readonly [string, string, readonly (readonly [string, boolean, readonly string[]])[]])[],
  ): { kind: BatchKind; columns: RoleColumns[] } {
    const columns = structure.map(([type, role]) => this.#columnsOf(type, role));
    const plans = structure.map(([type, role, references], slot): SlotPlan => {
      const { identity, attributes } = columns[slot] as RoleColumns;
      return {
        ...slotPlan(type, role, identity),
        attributes: [...[...attributes].map(([name, { column }]) => ({ name, column })), ...this.#environmentOf(type)],
        references: references.map(([name, list, targets]) => ({ name, list, roles: targets })),
      };
    });
    const id = this.#observation.get('id');
    if (id !== undefined) {
      const attributes = [...this.#observation].map(([name, column]) => ({ name, column }));
      plans.push({ ...slotPlan(OBSERVATION_TYPE, 'observation', id), attributes });
    }
    this.#slots += plans.length;
    const kind = this.#builder.addKind(`stix.${String(this.#kinds.size + 1)}`, plans);
    return { kind, columns };
  }

  #columnsOf(type: string, role: string): RoleColumns {
    const key = roleKey(type, role);
    let columns = this.#roles.get(key);
    if (columns === undefined) {
      const attributes = [...this.#schema.attributesOf(type).values()].map(
        (attribute) =>
          [
            attribute.name,
            { column: this.#addColumn(`${role}.${attribute.name}`, attribute.name), attribute },
          ] as const,
      );
      const keys = entityType(type)?.valueType === true ? 'value' : 'identity';
      columns = { type, role, identity: this.#addColumn(`${role} identity`, keys), attributes: new Map(attributes) };
      this.#roles.set(key, columns);
    }
    return columns;
  }

  #environmentOf(type: string): SlotAttribute[] {
    return this.#schema.environmentOf(type).map((name) => {
      if (name === 'host.id') return { name, column: this.#builder.hostColumn };
      let column = this.#environment.get(name);
      if (column === undefined) this.#environment.set(name, (column = this.#addColumn(name, name)));
      return { name, column };
    });
  }

  /** Attributes of one name share a dictionary, so that entities can be compared by codes; very many names do too. */
  #addColumn(path: string, attribute: string): BatchColumn {
    const name = this.#dictionaries.has(attribute) || this.#dictionaries.size < DICTIONARIES ? attribute : 'others';
    this.#dictionaries.add(name);
    this.#columns++;
    return this.#builder.addColumn(path, this.#builder.dictionary(name));
  }
}

function slotPlan(type: string, role: string, identity: BatchColumn): SlotPlan {
  return {
    type,
    role,
    authority: 1,
    caseFolded: false,
    attributes: [],
    references: [],
    identity: [identity],
    identityKey: (row) => {
      if (identity.kind[row] !== CELL.text) throw new Error(`row ${String(row)} has no ${role}`);
      return identity.dictionary.text(identity.code[row] as number);
    },
  };
}

function roleKey(type: string, role: string): string {
  return JSON.stringify([type, role]);
}
