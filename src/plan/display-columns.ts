import { entityType } from '../catalogue/entity-type.ts';

/** References below each other at most this deep; keeps rows of an event, which refers to everything, readable. */
const MAX_STEPS = 4;

/** Attributes of one place in a displayed row: the references walked to get there, and the catalogue's names. */
export interface ColumnGroup {
  /** `['parent_ref', 'binary_ref']`; empty for the entity itself. */
  readonly steps: readonly string[];
  readonly type: string;
  readonly attributes: readonly string[];
}

/**
 * Columns of a DISP without ATTR (decision 17): all scalars of the type, then its references depth-first, in the order
 * of the catalogue. `parent_ref` (any reference) occurs at most twice on a path, and below the second only scalars
 * follow. Lists of references are not expanded. `onRequest` attributes count only when named in `requested`.
 * A reference with several possible target types contributes the attributes of all of them once.
 */
export function displayColumns(type: string, requested: ReadonlySet<string> = new Set()): ColumnGroup[] {
  const groups: ColumnGroup[] = [];
  const visit = (types: readonly string[], steps: readonly string[]): void => {
    const attributes = new Set<string>();
    for (const each of types) {
      for (const attribute of entityType(each)?.attributes ?? []) {
        if (attribute.onRequest !== true || requested.has(attribute.name)) attributes.add(attribute.name);
      }
    }
    groups.push({ steps, type: types[0] ?? type, attributes: [...attributes] });
    const last = steps.at(-1);
    const repeated = last !== undefined && steps.filter((step) => step === last).length >= 2;
    if (repeated || steps.length >= MAX_STEPS) return;
    const seen = new Set<string>();
    for (const each of types) {
      for (const reference of entityType(each)?.references ?? []) {
        if (reference.list || seen.has(reference.name)) continue;
        seen.add(reference.name);
        visit(reference.target, [...steps, reference.name]);
      }
    }
  };
  visit([type], []);
  return groups;
}
