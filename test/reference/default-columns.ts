import { attributeOf } from '../../src/catalogue/attribute-of.ts';
import { entityType } from '../../src/catalogue/entity-type.ts';
import type { MergedContent } from './merged-content.ts';

/** A column that rows have of their own. */
export interface OwnColumn {
  readonly name: string;
  readonly isAutomatic: boolean;
  readonly isCount: boolean;
}

/** A column as a path over single references. */
export interface DefaultColumn {
  readonly title: string;
  readonly path: {
    readonly steps: readonly { readonly reference: string; readonly list: false }[];
    readonly attribute: string;
  };
}

/**
 * Columns of a DISP without ATTR: those rows have of their own; what NEW wrote, as it wrote it; the types' attributes; attributes that the catalogue
 * does not know, by name; then references, depth first, each at most twice on a path and nothing but attributes below
 * the second. Attributes on request are left out, and so is every column without a value, except those of NEW.
 */
export function defaultColumns(
  types: readonly string[],
  own: readonly OwnColumn[],
  ids: readonly string[],
  written: readonly string[],
  content: Pick<MergedContent, 'namesOf' | 'values'>,
): DefaultColumn[] {
  const unknown = new Set(
    ids
      .flatMap((id) => content.namesOf(id))
      .filter((name) => types.every((type) => attributeOf(type, name) === undefined)),
  );
  const direct = [...types.flatMap((type) => attributesOf([type])), ...[...unknown].sort()];
  const referred = types.flatMap((type) => referencesOf([type]).flatMap(({ name, target }) => below(target, [name])));
  const named = written.map((name) => columnWritten(types[0] ?? '', name));
  const all = [
    ...own.map(({ name }) => column([], name)),
    ...named,
    ...direct.map((name) => column([], name)),
    ...referred,
  ];
  const kept = new Set([...written, ...own.filter(({ isAutomatic }) => !isAutomatic).map(({ name }) => name)]);
  const counts = own.filter(({ isAutomatic, isCount }) => isAutomatic && isCount).map(({ name }) => name);
  const distinct = all.filter(({ title }, at) => all.findIndex((each) => each.title === title) === at);
  return distinct.filter(({ title, path }) => {
    const values = ids.map((id) => content.values(id, path)[0]);
    return kept.has(title) || values.some((value) => value !== undefined && !(value === 0 && counts.includes(title)));
  });
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
