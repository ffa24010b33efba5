import { ecsNames } from '../../catalogue/ecs-names.ts';
import { formatInstant } from '../../catalogue/instant.ts';
import { isInstant, type Value } from '../../graph/value.ts';
import { ALERT_FIELD_SETS, type EcsFields, type EcsValue } from './alert-document.ts';
import type { AlertRow } from './alert-row.ts';
import { setOwn } from './set-own.ts';

/** Longest text that is put into a field, in UTF-16 units. */
const MAX_TEXT = 16_384;
const MAX_LIST = 256;

const FIELD_SETS: ReadonlySet<string> = new Set(ALERT_FIELD_SETS);
/** Fields whose values are texts in ECS though sensors send numbers. */
const KEYWORDS: ReadonlySet<string> = new Set(['user.id', 'user.group.id']);
/** Fields of a SysFlow document that stand in ECS field sets but are not of ECS. */
const FOREIGN: ReadonlySet<string> = new Set(['container.sf_privileged']);
/** Said of every entity, not of connections alone. */
const ENVIRONMENT = /^(?:host|container|orchestrator)\./;
const TRANSPORTS: ReadonlySet<string> = new Set(['tcp', 'udp', 'icmp', 'ipv6-icmp', 'sctp']);

/** ECS field by entity type and attribute path: where several fit, the first of the catalogue. */
const FIELDS: ReadonlyMap<string, ReadonlyMap<string, string>> = fieldsByType();

export interface AlertEcs {
  readonly fieldSets: EcsFields;
  readonly related: { hash: string[]; hosts: string[]; ip: string[]; user: string[] };
  /** Attributes without an ECS field. */
  readonly others: Readonly<Record<string, EcsValue>>;
  /** Tags that detection rules of the sensor put on the entity. */
  readonly tags: readonly string[];
}

/** The attributes of a row in ECS: `parent_ref.name` of a process is `process.parent.name`. */
export function alertEcs(row: AlertRow): AlertEcs {
  const flat = new Map<string, EcsValue>();
  const others: Record<string, EcsValue> = {};
  const tags: string[] = [];
  for (const [path, value] of Object.entries(row.attributes).sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (value === undefined) continue;
    const plain = ecsValue(value);
    const field = FIELDS.get(row.type)?.get(path);
    if (path === 'x_tags') tags.push(...listOf(plain).map(String));
    else if (path.endsWith('protocols')) addProtocols(flat, listOf(plain).map(String));
    else if (field === undefined) setOwn(others, path, plain);
    else if (!flat.has(field)) flat.set(field, KEYWORDS.has(field) && !Array.isArray(plain) ? String(plain) : plain);
  }
  return { fieldSets: nested(flat), related: relatedOf(row, flat), others, tags };
}

/** ECS field under which an alert carries an attribute of its entity; undefined where ECS has none. */
export function alertEcsField(type: string, path: string): string | undefined {
  return FIELDS.get(type)?.get(path);
}

/** Every ECS field that an alert can have for its entity, sorted. */
export function alertEcsFields(): readonly string[] {
  const names = new Set(['network.transport', 'network.type', 'network.protocol']);
  for (const fields of FIELDS.values()) for (const field of fields.values()) names.add(field);
  return [...names].sort();
}

function fieldsByType(): Map<string, Map<string, string>> {
  const types = new Map<string, Map<string, string>>();
  for (const { ecs, seenFrom } of ecsNames()) {
    if (!FIELD_SETS.has(ecs.split('.')[0]!) || FOREIGN.has(ecs)) continue;
    for (const view of seenFrom ?? []) {
      const fields = types.get(view.type) ?? new Map<string, string>();
      types.set(view.type, fields);
      if (!fields.has(view.path)) fields.set(view.path, ecs);
    }
  }
  for (const [path, ecs] of types.get('network-traffic') ?? []) {
    if (!ENVIRONMENT.test(ecs)) types.get('process')?.set(`opened_connection_refs.${path}`, ecs);
  }
  // An address alone does not say which end of a connection it was.
  for (const type of ['ipv4-addr', 'ipv6-addr']) types.get(type)?.delete('value');
  return types;
}

/** A value as it stands in a document: bounded, and well-formed text. */
export function ecsValue(value: Value): EcsValue {
  if (typeof value === 'string') return bounded(value);
  if (typeof value !== 'object') return value;
  return isInstant(value) ? formatInstant(value) : value.slice(0, MAX_LIST).map(bounded);
}

/** Halves of surrogate pairs are no Unicode, and no JSON that every reader takes. */
function bounded(text: string): string {
  const whole = text.length <= MAX_TEXT ? text : `${text.slice(0, MAX_TEXT - 1)}…`;
  return whole.toWellFormed();
}

function listOf(value: EcsValue): readonly (string | number)[] {
  return typeof value === 'object' ? value : [String(value)];
}

function addProtocols(flat: Map<string, EcsValue>, protocols: readonly string[]): void {
  for (const protocol of protocols) {
    if (TRANSPORTS.has(protocol)) flat.set('network.transport', protocol);
    else if (protocol === 'ipv4' || protocol === 'ipv6') flat.set('network.type', protocol);
    else flat.set('network.protocol', protocol);
  }
}

function nested(flat: ReadonlyMap<string, EcsValue>): EcsFields {
  const root: Record<string, EcsValue | EcsFields> = {};
  for (const [field, value] of [...flat].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const { within, name } = placeOf(field);
    let at = root;
    for (const step of within) at = (at[step] ??= {}) as Record<string, EcsValue | EcsFields>;
    at[name] = value;
  }
  return root;
}

function relatedOf(row: AlertRow, flat: ReadonlyMap<string, EcsValue>): AlertEcs['related'] {
  const related = { hash: new Set<string>(), hosts: new Set<string>(), ip: new Set<string>(), user: new Set<string>() };
  for (const [field, value] of flat) {
    const into = placeOf(field).related;
    if (into !== undefined) for (const text of listOf(value).map(String)) if (text !== '') related[into].add(text);
  }
  const { value } = row.attributes;
  if (typeof value === 'string' && /^ipv[46]-addr$/.test(row.type)) related.ip.add(value);
  if (typeof value === 'string' && row.type === 'domain-name') related.hosts.add(value);
  const sorted = (values: ReadonlySet<string>) => [...values].sort();
  return {
    hash: sorted(related.hash),
    hosts: sorted(related.hosts),
    ip: sorted(related.ip),
    user: sorted(related.user),
  };
}

/** Where a field stands in a document, and under which of the related ones its values do too. */
interface FieldPlace {
  readonly within: readonly string[];
  readonly name: string;
  readonly related: 'hash' | 'hosts' | 'ip' | 'user' | undefined;
}

/** Of the fields that alerts have had so far; they are those of the catalogue. */
const PLACES = new Map<string, FieldPlace>();

function placeOf(field: string): FieldPlace {
  const known = PLACES.get(field);
  if (known !== undefined) return known;
  const steps = field.split('.');
  const place = { within: steps.slice(0, -1), name: steps.at(-1) as string, related: relation(field) };
  PLACES.set(field, place);
  return place;
}

function relation(field: string): FieldPlace['related'] {
  if (/\.hash\.[^.]+$/.test(field)) return 'hash';
  if (/(?:^|\.)ip$/.test(field)) return 'ip';
  if (field === 'user.name') return 'user';
  return /^host\.(?:id|name|hostname)$/.test(field) || /^(?:source|destination)\.domain$/.test(field)
    ? 'hosts'
    : undefined;
}
