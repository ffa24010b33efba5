import { attributeOf } from '../catalogue/attribute-of.ts';
import { entityType } from '../catalogue/entity-type.ts';
import { resolvePath } from '../catalogue/resolve-path.ts';
import type { Aggregate, AttributePath } from '../language/ast.ts';
import type { RowColumns } from './row-columns.ts';

/** Aggregates that keep the name of their attribute. */
const SAME_NAME: Readonly<Record<string, Aggregate['function']>> = {
  number_observed: 'SUM',
  first_observed: 'MIN',
  start: 'MIN',
  last_observed: 'MAX',
  end: 'MAX',
};

/**
 * What GROUP without WITH computes: one aggregate per attribute, chosen by its kind. `type`: of the members.
 * Attributes on request are left out, as they are in DISP; those that the catalogue does not know are found by the operator.
 */
export function automaticAggregates(type: string, columns: RowColumns): Aggregate[] {
  const aggregates = new Map<string, Aggregate>();
  const add = (path: AttributePath, isNumber: boolean): void => {
    const aggregate = automaticAggregate(type, path, isNumber);
    if (!aggregates.has(aggregate.alias)) aggregates.set(aggregate.alias, aggregate);
  };
  for (const { name, isCount } of columns.own) add(columnPath(name), isCount || isNumeric(type, name));
  for (const each of columns.types) {
    const definition = entityType(each);
    for (const { name, onRequest } of definition?.attributes ?? []) {
      if (onRequest !== true) add(columnPath(name), isNumeric(each, name));
    }
    for (const { name, list } of definition?.references ?? []) if (!list) add(columnPath(name), false);
    for (const name of columns.written) add(writtenPath(each, name), isNumeric(each, name));
  }
  return [...aggregates.values()];
}

/** The aggregate of an attribute that the catalogue does not know. */
export function unknownAggregate(name: string): string {
  return `unique_${name}`;
}

function automaticAggregate(type: string, path: AttributePath, isNumber: boolean): Aggregate {
  const name = path.text;
  const same = Object.hasOwn(SAME_NAME, name) ? SAME_NAME[name] : undefined;
  if (same !== undefined) return { function: same, path, alias: name };
  if (isNumber && !isIdentifier(type, name)) return { function: 'AVG', path, alias: `mean_${name}` };
  return { function: 'NUNIQUE', path, alias: `unique_${name}` };
}

/** Numbers that name something: their mean says nothing. */
function isIdentifier(type: string, name: string): boolean {
  return (type === 'network-traffic' && name.endsWith('_port')) || (type === 'process' && name.endsWith('pid'));
}

function isNumeric(type: string, name: string): boolean {
  const kind = attributeOf(type, name)?.kind;
  return kind === 'integer' || kind === 'number';
}

function columnPath(name: string): AttributePath {
  return { text: name, written: name, steps: [], attribute: name };
}

/** References may lead a column of NEW. */
function writtenPath(type: string, name: string): AttributePath {
  const resolved = resolvePath(type, name);
  if (!resolved.ok || resolved.type !== type) return columnPath(name);
  const { text, steps, attribute } = resolved;
  return { text, written: name, steps, attribute };
}
