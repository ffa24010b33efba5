import { listedReference, referenceOf } from '../../catalogue/reference-of.ts';
import { isReferenceName } from '../../catalogue/reference-targets.ts';
import { isJsonObject, type JsonObject } from '../document-shape.ts';

/** A reference as an object writes it: ids or keys, not yet looked up. */
export interface RawReference {
  /** Name of the catalogue; `undefined`: a nested one that belongs to no attribute, yet what it leads to is contained. */
  readonly name: string | undefined;
  /** As written, for messages. */
  readonly written: string;
  readonly list: boolean;
  readonly targets: readonly unknown[];
}

/** Members that say who may see an object or who made it, not what was observed. */
export const BOOKKEEPING: ReadonlySet<string> = new Set(['created_by_ref', 'object_marking_refs', 'granular_markings']);

/** All references of an object, those inside its extensions included. */
export function rawReferences(type: string, body: JsonObject): RawReference[] {
  const found: RawReference[] = [];
  for (const [name, value] of Object.entries(body)) {
    if (BOOKKEEPING.has(name)) continue;
    if (isReferenceName(name)) found.push(rawReference(referenceOf(type, name)?.name, name, value));
    else if (typeof value === 'object') collectNested(type, value, found);
  }
  return found;
}

function collectNested(type: string, value: unknown, found: RawReference[]): void {
  if (Array.isArray(value)) {
    for (const member of value as readonly unknown[]) collectNested(type, member, found);
    return;
  }
  if (!isJsonObject(value)) return;
  for (const [name, member] of Object.entries(value)) {
    if (isReferenceName(name)) found.push(rawReference(listedReference(type, name)?.name, name, member));
    else if (typeof member === 'object') collectNested(type, member, found);
  }
}

function rawReference(name: string | undefined, written: string, value: unknown): RawReference {
  const list = written.endsWith('_refs');
  const targets = list && Array.isArray(value) ? (value as readonly unknown[]).flat(Infinity) : [value];
  return { name, written, list, targets: targets.filter((target) => target !== null) };
}
