import { entityType } from '../../catalogue/entity-type.ts';
import { isReferenceName } from '../../catalogue/reference-targets.ts';
import { isJsonObject, type JsonObject } from '../document-shape.ts';
import { canonicalJson } from './canonical-json.ts';
import type { Observation, ObservedObject } from './observation.ts';
import { isDeterministicId, stixUuid5 } from './uuid5.ts';

/** Properties that make the identity of an object, by type; whichever of them are there count. */
const ID_PROPERTIES: ReadonlyMap<string, readonly string[]> = new Map([
  ['artifact', ['hashes', 'payload_bin']],
  ['autonomous-system', ['number']],
  ['directory', ['path']],
  ['domain-name', ['value']],
  ['email-addr', ['value']],
  ['email-message', ['from_ref', 'subject', 'body']],
  ['file', ['hashes', 'name', 'extensions', 'parent_directory_ref']],
  ['ipv4-addr', ['value']],
  ['ipv6-addr', ['value']],
  ['mac-addr', ['value']],
  ['mutex', ['name']],
  ['network-traffic', ['start', 'end', 'src_ref', 'dst_ref', 'src_port', 'dst_port', 'protocols', 'extensions']],
  ['software', ['name', 'cpe', 'swid', 'vendor', 'version']],
  ['url', ['value']],
  ['user-account', ['account_type', 'user_id', 'account_login']],
  ['windows-registry-key', ['key', 'values']],
  ['x-oca-asset', ['host_id', 'device_id', 'name', 'hostname']],
  ['x509-certificate', ['hashes', 'serial_number']],
]);

const PREFERRED_HASHES = ['MD5', 'SHA-1', 'SHA-256', 'SHA-512'];
const PROCESS_IDS_OF_EXTENSIONS = ['process_id', 'process_uid', 'process_unique_id', 'process_guid'];
/** How far identities follow references of references. */
const MAX_DEPTH = 16;
const REMEMBERED = 65_536;

/**
 * Identity of observed objects, after the rules of the Kestrel reference implementation. Each object gets `type--uuid`:
 *
 * 1. the id that the source gives, if it is a UUID made from content (version 5);
 * 2. else a UUID of version 5 over the canonical JSON of the id properties present; of `hashes` only one counts (MD5,
 *    SHA-1, SHA-256, SHA-512, else the first by name), references are replaced by the id of what they refer to;
 *    a process: `x_unique_id`, else a process id of the sensor in an extension, else (pid, host_id or hostname of the
 *    record's asset, last_observed) where there is an asset;
 * 3. else an object of its own: of the bundle by its id (STIX 2.1), of the observation by record id and key (2.0).
 *
 * The entity's key is this id, and the bare value for types that are known by their value, as in every other format.
 */
export class StixIdentity {
  readonly #uuids = new Map<string, string>();
  #observation: Observation | undefined;
  #ids: (string | undefined)[] = [];
  #pending = new Set<number>();

  /** Key of object `index` of the observation, unique within its type. */
  keyOf(observation: Observation, index: number): string {
    const object = observation.objects[index] as ObservedObject;
    if (entityType(object.type)?.valueType === true) {
      const value = object.body['value'];
      if (typeof value === 'string' && value !== '') return value;
    }
    return this.idOf(observation, index);
  }

  /** `type--uuid` of object `index` of the observation. */
  idOf(observation: Observation, index: number): string {
    if (observation !== this.#observation) {
      this.#observation = observation;
      this.#ids = [];
    }
    return (this.#ids[index] ??= this.#makeId(observation, index));
  }

  #makeId(observation: Observation, index: number): string {
    const object = observation.objects[index] as ObservedObject;
    const { type, body } = object;
    if (isDeterministicId(body['id'], type)) return body['id'];
    this.#pending.add(index);
    const contributing =
      type === 'process' ? processContribution(observation, body) : this.#contribution(observation, object);
    this.#pending.delete(index);
    if (contributing !== undefined) return `${type}--${this.#uuid(canonicalJson(contributing))}`;
    if (object.shared && object.key.startsWith(`${type}--`)) return object.key;
    return `${type}--${this.#uuid(canonicalJson([observation.id, object.key]))}`;
  }

  #contribution(observation: Observation, object: ObservedObject): Readonly<Record<string, unknown>> | undefined {
    const members: [string, unknown][] = [];
    for (const name of ID_PROPERTIES.get(object.type) ?? []) {
      const value = Object.hasOwn(object.body, name) ? object.body[name] : undefined;
      if (value === undefined || value === null) continue;
      const part =
        name === 'hashes' ? oneHash(value) : isReferenceName(name) ? this.#target(observation, object, name) : value;
      if (part !== undefined) members.push([name, part]);
    }
    return members.length === 0 ? undefined : Object.fromEntries(members);
  }

  /** Id of what a reference leads to; nothing where it leads nowhere, or back to where it came from. */
  #target(observation: Observation, object: ObservedObject, name: string): string | undefined {
    const target = object.references.find((reference) => reference.name === name)?.targets[0];
    if (target === undefined || this.#pending.has(target) || this.#pending.size > MAX_DEPTH) return undefined;
    return this.idOf(observation, target);
  }

  #uuid(name: string): string {
    let uuid = this.#uuids.get(name);
    if (uuid === undefined) {
      if (this.#uuids.size >= REMEMBERED) this.#uuids.clear();
      uuid = stixUuid5(name);
      this.#uuids.set(name, uuid);
    }
    return uuid;
  }
}

function oneHash(hashes: unknown): Readonly<Record<string, unknown>> | undefined {
  if (!isJsonObject(hashes)) return undefined;
  const given = Object.keys(hashes).filter((name) => typeof hashes[name] === 'string' && hashes[name] !== '');
  const name = PREFERRED_HASHES.find((preferred) => given.includes(preferred)) ?? given.sort()[0];
  return name === undefined ? undefined : Object.fromEntries([[name, hashes[name]]]);
}

function processContribution(
  observation: Observation,
  body: JsonObject,
): Readonly<Record<string, unknown>> | undefined {
  const unique = says(body['x_unique_id'])
    ? body['x_unique_id']
    : (idOfExtension(body) ?? idOnAsset(observation, body));
  return unique === undefined ? undefined : { x_unique_id: unique };
}

function idOfExtension(body: JsonObject): unknown {
  const extensions = body['extensions'];
  if (!isJsonObject(extensions)) return undefined;
  for (const extension of Object.values(extensions)) {
    if (!isJsonObject(extension)) continue;
    const name = PROCESS_IDS_OF_EXTENSIONS.find((each) => Object.hasOwn(extension, each) && says(extension[each]));
    if (name !== undefined) return extension[name];
  }
  return undefined;
}

function idOnAsset(observation: Observation, body: JsonObject): string | undefined {
  const pid = body['pid'];
  if (!says(pid)) return undefined;
  for (const object of observation.objects) {
    if (object.type !== 'x-oca-asset') continue;
    const host = [object.body['host_id'], object.body['hostname']].find(says);
    if (host !== undefined) return `${String(pid)}_${String(host)}_${String(observation.body['last_observed'])}`;
  }
  return undefined;
}

/** A text or number that stands for something: not empty, not 0. */
function says(value: unknown): value is string | number {
  return (typeof value === 'string' || typeof value === 'number') && value !== '' && value !== 0;
}
