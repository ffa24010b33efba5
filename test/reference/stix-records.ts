import { attributeOf } from '../../src/catalogue/attribute-of.ts';
import type { PlainEntity, PlainRecord, PlainValue } from './plain-record.ts';

type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
type Objects = Readonly<Record<string, Readonly<Record<string, Json>>>>;

/** Properties that make the identity of a type; of processes without an `x_unique_id` there are none. */
const IDENTITY: Readonly<Record<string, readonly string[]>> = {
  directory: ['path'],
  file: ['hashes', 'name', 'extensions', 'parent_directory_ref'],
  'network-traffic': ['start', 'end', 'src_ref', 'dst_ref', 'src_port', 'dst_port', 'protocols', 'extensions'],
  'user-account': ['account_type', 'user_id', 'account_login'],
  'x-oca-asset': ['host_id', 'device_id', 'name', 'hostname'],
};
const BY_VALUE = ['ipv4-addr', 'ipv6-addr', 'mac-addr', 'domain-name', 'url', 'email-addr'];

/** The records of a STIX 2.0 bundle (objects as a map), in their order, in the plainest way. */
export function stixRecords(bundle: { readonly objects: readonly unknown[] }, source: string): PlainRecord[] {
  return bundle.objects.flatMap((object) => {
    const observed = object as Record<string, Json>;
    if (observed['type'] !== 'observed-data') return [];
    const objects = observed['objects'] as Objects;
    const keys = Object.keys(objects);
    const id = observed['id'] as string;
    return {
      id,
      source,
      first: instant(observed['first_observed'] as string),
      last: instant(observed['last_observed'] as string),
      host: null,
      entities: [
        ...keys.map((key): PlainEntity => {
          const { type, ...properties } = objects[key] as Record<string, Json>;
          return {
            type: type as string,
            key: identityOf(objects, key, id),
            role: '',
            authority: 1,
            caseFolded: false,
            attributes: Object.fromEntries(
              Object.entries(properties).flatMap(([name, value]) =>
                /_refs?$/.test(name) ? [] : flat(type as string, name, value),
              ),
            ),
            references: Object.fromEntries(
              Object.entries(properties).flatMap(([name, value]): [string, number | number[]][] => {
                if (name.endsWith('_ref')) return [[name, keys.indexOf(value as string)]];
                return name.endsWith('_refs') ? [[name, (value as string[]).map((each) => keys.indexOf(each))]] : [];
              }),
            ),
          };
        }),
        observation(id, observed['number_observed']),
      ],
    };
  });
}

/** The record itself as an entity, after those it mentions. */
function observation(id: string, count: Json | undefined): PlainEntity {
  return {
    type: 'observed-data',
    key: id,
    role: 'observation',
    authority: 1,
    caseFolded: false,
    attributes: typeof count === 'number' ? { number_observed: count } : {},
    references: {},
  };
}

function identityOf(objects: Objects, key: string, record: string): string {
  const { type, ...properties } = objects[key] as Record<string, Json>;
  if (BY_VALUE.includes(type as string)) return properties['value'] as string;
  if (properties['x_unique_id'] !== undefined) return properties['x_unique_id'] as string;
  const present = (IDENTITY[type as string] ?? []).filter((name) => properties[name] !== undefined);
  if (present.length === 0) return `${record} ${key}`;
  const told = present.map((name) => {
    const value = properties[name] as Json;
    return [name, name.endsWith('_ref') ? identityOf(objects, value as string, record) : value];
  });
  return JSON.stringify(told);
}

/** An attribute, or those of a map by dotted names; null is no value. */
function flat(type: string, name: string, value: Json): [string, PlainValue][] {
  if (value === null) return [];
  if (Array.isArray(value)) return [[name, value.map(String)]];
  if (typeof value === 'object') {
    return Object.entries(value).flatMap(([key, each]) => flat(type, `${name}.${key}`, each));
  }
  return [[name, attributeOf(type, name)?.kind === 'time' ? instant(value as string) : value]];
}

function instant(text: string): { ms: number; ns: number } {
  return { ms: Date.parse(text), ns: 0 };
}
