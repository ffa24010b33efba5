import { attributeOf, environmentAttributes } from '../../catalogue/attribute-of.ts';
import type { AttributeKind } from '../../catalogue/catalogue.ts';
import { DemandFilter } from '../demand-filter.ts';
import type { Demand } from '../demand.ts';
import { isJsonObject } from '../document-shape.ts';
import { quoted, type BundleWarnings } from './bundle-warnings.ts';
import { flatAttributes } from './flat-attributes.ts';
import type { StixBundle } from './stix-bundle.ts';

export interface SchemaAttribute {
  readonly name: string;
  readonly kind: AttributeKind;
}

/** More attributes than that on one type are not taken in, unless the catalogue knows or a hunt reads them. */
const MAX_UNKNOWN = 256;

/**
 * Which demanded attributes the objects of a bundle have, by entity type. The whole bundle is looked at first, so that
 * all records of one structure share one kind whichever of their attributes they leave out.
 */
export class BundleSchema {
  readonly filter: DemandFilter;
  readonly #demand: Demand;
  readonly #warnings: BundleWarnings;
  readonly #types = new Map<string, Map<string, SchemaAttribute>>();
  readonly #unknown = new Map<string, number>();

  constructor(bundle: StixBundle, demand: Demand, warnings: BundleWarnings) {
    this.filter = new DemandFilter(demand);
    this.#demand = demand;
    this.#warnings = warnings;
    for (const object of bundle.objects) {
      if (!isJsonObject(object)) continue;
      const observed = object['objects'];
      if (object['type'] !== 'observed-data') this.#look(object);
      else if (isJsonObject(observed)) for (const body of Object.values(observed)) this.#look(body);
    }
  }

  attributesOf(type: string): ReadonlyMap<string, SchemaAttribute> {
    return this.#types.get(type) ?? new Map();
  }

  /** Demanded attributes of the surroundings (host, container …) that the objects of the type do not have themselves. */
  environmentOf(type: string): string[] {
    return environmentAttributes()
      .map((attribute) => attribute.name)
      .filter(
        (name) =>
          attributeOf(type, name)?.onRequest === true &&
          this.filter.wantsAttribute(type, name, true) &&
          !this.attributesOf(type).has(name),
      );
  }

  #look(body: unknown): void {
    if (!isJsonObject(body)) return;
    const type = body['type'];
    if (typeof type !== 'string' || !this.filter.wantsType(type)) return;
    let attributes = this.#types.get(type);
    if (attributes === undefined) this.#types.set(type, (attributes = new Map()));
    for (const name of flatAttributes(type, body).keys()) {
      if (attributes.has(name) || !this.#wants(type, name)) continue;
      attributes.set(name, { name, kind: attributeOf(type, name)?.kind ?? 'any' });
    }
  }

  #wants(type: string, name: string): boolean {
    const definition = attributeOf(type, name);
    if (definition !== undefined) return this.filter.wantsAttribute(type, name, definition.onRequest === true);
    if (this.filter.wantsAttribute(type, name, true)) return true;
    if (!this.#demand.types.has(type)) return false;
    const known = this.#unknown.get(type) ?? 0;
    if (known === MAX_UNKNOWN) {
      this.#warnings.add(`objects of type ${quoted(type)} have very many attributes; some are left out`);
    }
    this.#unknown.set(type, known + 1);
    return known < MAX_UNKNOWN;
  }
}
