import { isJsonObject, type JsonObject } from '../document-shape.ts';
import { parsedNanos, parseTime } from '../time-text.ts';
import { quoted, type BundleWarnings } from './bundle-warnings.ts';
import { rawReferences } from './raw-references.ts';
import type { StixBundle } from './stix-bundle.ts';

/** A reference of an observed object to others of the same observation. */
export interface ResolvedReference {
  readonly name: string;
  readonly list: boolean;
  /** Indexes into `Observation.objects`. */
  readonly targets: readonly number[];
}

export interface ObservedObject {
  /** Key in the observation's map of objects (STIX 2.0), or the object's id (2.1). */
  readonly key: string;
  readonly type: string;
  readonly body: JsonObject;
  /** It is an object of the bundle, which other observations may share (STIX 2.1). */
  readonly shared: boolean;
  readonly references: readonly ResolvedReference[];
}

/** One record: an observed-data object with everything it contains. */
export interface Observation {
  readonly id: string;
  readonly firstMs: number;
  readonly firstNs: number;
  readonly lastMs: number;
  readonly lastNs: number;
  readonly body: JsonObject;
  readonly objects: readonly ObservedObject[];
}

export type ObservationFault = 'no-id' | 'no-event-time' | 'last-before-first' | 'no-objects' | 'too-many-objects';

const MAX_OBJECTS = 10_000;

/**
 * Reads an observed-data object. Contained is, in STIX 2.0, every object of the observation; in 2.1 what `object_refs`
 * names and whatever that refers to, anywhere in the bundle (decision 37). A reference that leads nowhere is null and a
 * warning.
 */
export function readObservation(
  body: JsonObject,
  bundle: StixBundle,
  warnings: BundleWarnings,
): Observation | ObservationFault {
  const id = body['id'];
  if (typeof id !== 'string' || id === '') return 'no-id';
  const first = timeOf(body['first_observed']);
  const last = timeOf(body['last_observed']);
  if (first === undefined || last === undefined) return 'no-event-time';
  if ((last.ms - first.ms || last.ns - first.ns) < 0) return 'last-before-first';
  const contained = new Containment(id, bundle, warnings);
  const own = body['objects'];
  if (isJsonObject(own)) contained.addOwn(own);
  const references = body['object_refs'];
  if (Array.isArray(references)) contained.addReferenced(references);
  const objects = contained.resolve();
  if (objects === undefined) return 'too-many-objects';
  if (objects.length === 0) return 'no-objects';
  return { id, firstMs: first.ms, firstNs: first.ns, lastMs: last.ms, lastNs: last.ns, body, objects };
}

function timeOf(value: unknown): { ms: number; ns: number } | undefined {
  if (typeof value !== 'string') return undefined;
  const ms = parseTime(value);
  return Number.isNaN(ms) ? undefined : { ms, ns: parsedNanos() };
}

interface Entry {
  readonly key: string;
  readonly type: string;
  readonly body: JsonObject;
  readonly shared: boolean;
}

/** The objects of one observation, found by following references. */
class Containment {
  readonly #record: string;
  readonly #bundle: StixBundle;
  readonly #warnings: BundleWarnings;
  readonly #entries: Entry[] = [];
  readonly #byKey = new Map<string, number>();
  #bundleWide = false;

  constructor(record: string, bundle: StixBundle, warnings: BundleWarnings) {
    this.#record = record;
    this.#bundle = bundle;
    this.#warnings = warnings;
  }

  addOwn(objects: JsonObject): void {
    for (const [key, body] of Object.entries(objects)) {
      if (this.#add(key, body, false) === undefined) this.#warn(`object ${quoted(key)} has no type and is left out`);
    }
  }

  addReferenced(references: readonly unknown[]): void {
    this.#bundleWide = true;
    for (const reference of references) {
      if (this.#indexOf(reference) === undefined) this.#warnDangling('object_refs', reference);
    }
  }

  /** `undefined`: more objects than a record may have. */
  resolve(): readonly ObservedObject[] | undefined {
    const objects: ObservedObject[] = [];
    // Following references adds entries behind the one that is looked at.
    for (let at = 0; at < this.#entries.length; at++) {
      if (this.#entries.length > MAX_OBJECTS) return undefined;
      const entry = this.#entries[at] as Entry;
      objects.push({ ...entry, references: this.#referencesOf(entry) });
    }
    return objects;
  }

  #referencesOf(entry: Entry): ResolvedReference[] {
    const byName = new Map<string, { list: boolean; targets: Set<number> }>();
    for (const raw of rawReferences(entry.type, entry.body)) {
      for (const reference of raw.targets) {
        const target = this.#indexOf(reference);
        if (target === undefined) {
          this.#warnDangling(`${raw.written} of object ${quoted(entry.key)}`, reference);
          continue;
        }
        if (raw.name === undefined) continue;
        const known = byName.get(raw.name);
        if (known === undefined) byName.set(raw.name, { list: raw.list, targets: new Set([target]) });
        else if (known.list) known.targets.add(target);
      }
    }
    return [...byName].map(([name, { list, targets }]) => ({ name, list, targets: [...targets] }));
  }

  #indexOf(reference: unknown): number | undefined {
    if (typeof reference !== 'string') return undefined;
    const known = this.#byKey.get(reference);
    if (known !== undefined || !this.#bundleWide) return known;
    return this.#add(reference, this.#bundle.byId.get(reference), true);
  }

  #add(key: string, body: unknown, shared: boolean): number | undefined {
    if (!isJsonObject(body)) return undefined;
    const type = body['type'];
    if (typeof type !== 'string' || type === '') return undefined;
    const index = this.#entries.push({ key, type, body, shared }) - 1;
    this.#byKey.set(key, index);
    return index;
  }

  #warnDangling(where: string, reference: unknown): void {
    this.#warn(`${where} refers to ${describe(reference)}, which is not there`);
  }

  #warn(message: string): void {
    this.#warnings.add(`${quoted(this.#record)}: ${message}`);
  }
}

function describe(reference: unknown): string {
  return typeof reference === 'string' ? quoted(reference) : `something that is no text (${typeof reference})`;
}
