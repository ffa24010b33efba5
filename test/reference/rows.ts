import { attributeOf } from '../../src/catalogue/attribute-of.ts';
import { entityType } from '../../src/catalogue/entity-type.ts';
import { formatInstant, type Instant } from '../../src/catalogue/instant.ts';
import type { Aggregate, GroupKey } from '../../src/language/ast.ts';
import type { PlainValue } from './plain-record.ts';
import { asNumber, asTime, bytesOrder, isTime, valueOrder } from './plain-values.ts';

/** A row of GROUP, JOIN or a transform. Its id is `type key`, as that of an entity. */
export interface PlainRow {
  readonly id: string;
  readonly bases: readonly string[];
  readonly order: readonly (PlainValue | undefined)[];
  readonly values: ReadonlyMap<string, PlainValue>;
  readonly recordId?: string;
}

export const TRANSFORM_COLUMNS = {
  TIMESTAMPED: ['first_observed'],
  ADDOBSID: ['observation_id'],
  RECORDS: ['number_observed', 'first_observed', 'last_observed', 'observation_id'],
} as const;

export function splitId(id: string): [type: string, key: string] {
  return [id.slice(0, id.indexOf(' ')), id.slice(id.indexOf(' ') + 1)];
}

/** Order of members: entities by key, then rows by number of bases, bases, place, key. */
export function memberOrder(a: string, b: string, rowOf: (id: string) => PlainRow | undefined): number {
  const [x, y] = [rowOf(a), rowOf(b)];
  const [[typeA, keyA], [typeB, keyB]] = [splitId(a), splitId(b)];
  if (x === undefined || y === undefined) {
    if (x !== undefined || y !== undefined) return x === undefined ? -1 : 1;
    return bytesOrder(keyA, keyB) || bytesOrder(typeA, typeB);
  }
  if (x.bases.length !== y.bases.length) return x.bases.length - y.bases.length;
  for (const [i, base] of x.bases.entries()) {
    const order = memberOrder(base, y.bases[i]!, rowOf);
    if (order !== 0) return order;
  }
  for (let i = 0; i < Math.min(x.order.length, y.order.length); i++) {
    const order = nullableOrder(x.order[i], y.order[i]);
    if (order !== 0) return order;
  }
  return x.order.length - y.order.length || bytesOrder(keyA, keyB);
}

export function nullableOrder(x: PlainValue | undefined, y: PlainValue | undefined): number {
  if (x === undefined || y === undefined) return Number(x !== undefined) - Number(y !== undefined);
  return valueOrder(x, y);
}

/** A value within a key. */
export function inKey(value: PlainValue | undefined): unknown {
  if (value === undefined) return null;
  return isTime(value) ? { time: formatInstant(value) } : value;
}

export function bin(value: PlainValue | undefined, key: GroupKey): PlainValue | undefined {
  if (key.kind === 'attribute' || value === undefined) return value;
  if (key.unit === undefined) {
    const number = asNumber(value);
    return number === undefined ? undefined : Math.floor(number / key.size) * key.size + 0;
  }
  const time = asTime(value);
  const size = key.size * { d: 86_400, h: 3600, m: 60, s: 1 }[key.unit] * 1000;
  return time === undefined ? undefined : ({ ms: Math.floor(time.ms / size) * size + 0, ns: 0 } satisfies Instant);
}

/** `values`: of the members that have one. */
export function aggregate(name: Aggregate['function'], values: readonly PlainValue[]): PlainValue | undefined {
  const sorted = [...values].sort(valueOrder);
  const numbers = values.map(asNumber).filter((each) => each !== undefined);
  const sum = numbers.reduce((a, b) => a + b, 0);
  switch (name) {
    case 'COUNT':
      return values.length;
    case 'NUNIQUE':
      return sorted.filter((value, i) => i === 0 || valueOrder(value, sorted[i - 1]!) !== 0).length;
    case 'MIN':
      return sorted[0];
    case 'MAX':
      return sorted.at(-1);
    case 'SUM':
      return numbers.length === 0 ? undefined : sum;
    case 'AVG':
      return numbers.length === 0 ? undefined : sum / numbers.length;
  }
}

/** What GROUP without WITH does with an attribute; `isCount`: it is a count that another GROUP made. */
export function automatic(
  type: string,
  owner: string,
  name: string,
  isCount: boolean,
): [Aggregate['function'], string] {
  if (name === 'number_observed') return ['SUM', name];
  if (name === 'first_observed' || name === 'start') return ['MIN', name];
  if (name === 'last_observed' || name === 'end') return ['MAX', name];
  const kind = attributeOf(owner, name)?.kind;
  const isNamed =
    (type === 'process' && name.endsWith('pid')) || (type === 'network-traffic' && name.endsWith('_port'));
  if ((isCount || kind === 'integer' || kind === 'number') && !isNamed) return ['AVG', `mean_${name}`];
  return ['NUNIQUE', `unique_${name}`];
}

/** Attributes of a type that GROUP without WITH looks at. */
export function aggregated(type: string): string[] {
  const definition = entityType(type);
  const attributes = definition?.attributes.filter(({ onRequest }) => onRequest !== true) ?? [];
  return [...attributes, ...(definition?.references.filter(({ list }) => !list) ?? [])].map(({ name }) => name);
}
