import { isJsonObject, type JsonObject } from '../document-shape.ts';
import { quoteLongIntegers } from './exact-integers.ts';

/** A parsed bundle. */
export interface StixBundle {
  /** Top-level objects in the order of the bundle; anything may stand there. */
  readonly objects: readonly unknown[];
  /** Objects that references of the whole bundle can lead to (STIX 2.1), by id. Of equal ids the last one counts. */
  readonly byId: ReadonlyMap<string, JsonObject>;
}

export type BundleFault = 'not-json' | 'not-a-bundle' | 'list-of-bundles' | 'objects-not-a-list';

export const EMPTY_BUNDLE: StixBundle = { objects: [], byId: new Map() };

/** Parses the text of one bundle of STIX 2.0 or 2.1, nested no deeper than the caller has seen to. */
export function parseBundle(text: string): StixBundle | BundleFault {
  let parsed: unknown;
  try {
    parsed = JSON.parse(quoteLongIntegers(text));
  } catch {
    return 'not-json';
  }
  if (Array.isArray(parsed) && parsed.some(isBundle)) return 'list-of-bundles';
  if (!isJsonObject(parsed) || !isBundle(parsed)) return 'not-a-bundle';
  const objects = parsed['objects'] ?? [];
  if (!Array.isArray(objects)) return 'objects-not-a-list';
  const byId = new Map<string, JsonObject>();
  for (const object of objects as readonly unknown[]) {
    if (!isJsonObject(object) || object['type'] === 'observed-data') continue;
    const id = object['id'];
    if (typeof id === 'string') byId.set(id, object);
  }
  return { objects, byId };
}

function isBundle(value: unknown): boolean {
  return isJsonObject(value) && value['type'] === 'bundle';
}
