import { attributeOf } from '../../src/catalogue/attribute-of.ts';
import { entityType } from '../../src/catalogue/entity-type.ts';
import type { MergedContent } from './merged-content.ts';

/** A column as a path over single references. */
export interface DefaultColumn {
  readonly title: string;
  readonly path: {
    readonly steps: readonly { readonly reference: string; readonly list: false }[];
    readonly attribute: string;
  };
}

/**
 * Columns of a DISP without ATTR: what NEW wrote, as it wrote it; the type's attributes; attributes that the catalogue
 * does not know, by name; then references, depth first, each at most twice on a path and nothing but attributes below
 * the second. Attributes on request are left out, and so is every column without a value, except those of NEW.
 */
export function defaultColumns(
  type: string,
  ids: readonly string[],
  written: readonly string[],
  content: MergedContent,
): DefaultColumn[] {
  const unknown = new Set(
    ids.flatMap((id) => content.namesOf(id)).filter((name) => attributeOf(type, name) === undefined),
  );
  const own = [...attributesOf([type]), ...[...unknown].sort()].map((name) => column([], name));
  const referred = referencesOf([type]).flatMap(({ name, target }) => below(target, [name]));
  const named = written.map((name) => columnWritten(type, name));
  const rest = [...own, ...referred].filter(
    ({ title, path }) => !written.includes(title) && ids.some((id) => content.values(id, path).length > 0),
  );
  return [...named, ...rest];
}

function below(types: readonly string[], steps: readonly string[]): DefaultColumn[] {
  const columns = attributesOf(types).map((name) => column(steps, name));
  const last = steps.at(-1);
  if (steps.length >= 4 || steps.filter((step) => step === last).length >= 2) return columns;
  return [...columns, ...referencesOf(types).flatMap(({ name, target }) => below(target, [...steps, name]))];
}

function attributesOf(types: readonly string[]): string[] {
  const attributes = types.flatMap((type) => entityType(type)?.attributes ?? []);
  return [...new Set(attributes.filter(({ onRequest }) => onRequest !== true).map(({ name }) => name))];
}

function referencesOf(types: readonly string[]): { readonly name: string; readonly target: readonly string[] }[] {
  const references = types.flatMap((type) => entityType(type)?.references ?? []);
  const single = references.filter(({ list }) => !list);
  return single.filter(({ name }, at) => single.findIndex((each) => each.name === name) === at);
}

/** References may lead the name; dots after them belong to the attribute. */
function columnWritten(type: string, name: string): DefaultColumn {
  const steps: string[] = [];
  let types: readonly string[] = [type];
  let segments = name.split('.');
  for (;;) {
    const reference = referencesOf(types).find((each) => each.name === segments[0]);
    if (reference === undefined || segments.length === 1) return column(steps, segments.join('.'));
    steps.push(reference.name);
    types = reference.target;
    segments = segments.slice(1);
  }
}

function column(steps: readonly string[], attribute: string): DefaultColumn {
  return {
    title: [...steps, attribute].join('.'),
    path: { steps: steps.map((reference) => ({ reference, list: false })), attribute },
  };
}
