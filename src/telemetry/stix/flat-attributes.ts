import { attributeOf, recordAttributes } from '../../catalogue/attribute-of.ts';
import { isReferenceName } from '../../catalogue/reference-targets.ts';
import { isJsonObject, type JsonObject } from '../document-shape.ts';
import { BOOKKEEPING } from './raw-references.ts';

/** What an attribute of an observed object says. Lists are flat; members and parts that are objects are JSON text. */
export type FlatValue = string | number | boolean | null | readonly string[];

/** Objects inside objects become dotted names down to here, JSON text below. */
const MAX_DEPTH = 8;
const LONGEST_JSON = 65_536;

const NO_ATTRIBUTES: ReadonlySet<string> = new Set([
  ...BOOKKEEPING,
  'type',
  'spec_version',
  // The engine itself keeps these of every entity.
  ...recordAttributes().map((attribute) => attribute.name),
]);

/**
 * The attributes of an object by the catalogue's names (its own where the catalogue has none): objects inside are
 * flattened to dotted names (`hashes.SHA-256`), lists inside lists to one list. References are left out. Where an
 * object uses several spellings of one attribute, the catalogue's own spelling counts, else the first.
 */
export function flatAttributes(type: string, body: JsonObject): Map<string, FlatValue> {
  const found = new Map<string, FlatValue>();
  const aliased = new Set<string>();
  const take = (written: string, value: FlatValue): void => {
    const name = attributeOf(type, written)?.name ?? written;
    if (found.has(name) && (name !== written || !aliased.has(name))) return;
    if (name === written) aliased.delete(name);
    else aliased.add(name);
    found.set(name, value);
  };
  for (const [name, value] of Object.entries(body)) {
    if (!NO_ATTRIBUTES.has(name)) flatten(name, value, 1, take);
  }
  return found;
}

function flatten(name: string, value: unknown, depth: number, take: (name: string, value: FlatValue) => void): void {
  if (isReferenceName(name)) return;
  if (Array.isArray(value)) take(name, (value as readonly unknown[]).flat(Infinity).map(textOf));
  else if (!isJsonObject(value)) take(name, value as string | number | boolean | null);
  else if (depth >= MAX_DEPTH) take(name, boundedJson(value));
  else for (const [member, inner] of Object.entries(value)) flatten(`${name}.${member}`, inner, depth + 1, take);
}

function textOf(member: unknown): string {
  if (typeof member === 'string') return member;
  return isJsonObject(member) ? boundedJson(member) : String(member);
}

function boundedJson(value: JsonObject): string {
  return JSON.stringify(value).slice(0, LONGEST_JSON);
}
