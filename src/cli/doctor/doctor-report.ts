import { environmentAttributes } from '../../catalogue/attribute-of.ts';
import { ecsNames } from '../../catalogue/ecs-names.ts';
import { entityType } from '../../catalogue/entity-type.ts';
import type { WindhoverError } from '../../errors/windhover-error.ts';
import type { PlainMention, PlainRecord, PlainValue } from '../../telemetry/batch-snapshot.ts';
import type { KindSurvey, PlaceSurvey } from '../../telemetry/survey-place.ts';
import { starterHunt } from '../check/starter-hunt.ts';

const SURROUNDINGS: ReadonlySet<string> = new Set(environmentAttributes().map(({ name }) => name));
/** Longest value that is shown, in UTF-16 units. */
const LONGEST_VALUE = 4096;

/** `windhover doctor --format json`; the text says the same. */
export interface DoctorReport {
  readonly ok: boolean;
  readonly files: readonly DoctorFile[];
}

export interface DoctorFile {
  readonly file: string;
  /** It holds telemetry that hunts can use. */
  readonly ok: boolean;
  /** Why it could not be read, or not to its end. */
  readonly error?: { readonly code: string; readonly message: string; readonly hint: string };
  readonly format: string;
  readonly envelope?: string;
  readonly gzip: boolean;
  /** False where only the first records were looked at. */
  readonly whole: boolean;
  readonly records: number;
  readonly ignored: number;
  readonly ignored_kinds: readonly { readonly what: string; readonly count: number }[];
  readonly undecodable: number;
  readonly undecodable_samples: readonly DoctorReject[];
  /** 0 to 1. */
  readonly usable_share: number;
  readonly hosts: readonly { readonly host: string; readonly records: number }[];
  readonly from?: string;
  readonly to?: string;
  readonly kinds: readonly DoctorKind[];
  /** A huntflow to begin with. */
  readonly huntflow?: string;
}

export interface DoctorReject {
  readonly offset: number;
  readonly length: number;
  readonly reason: string;
  readonly sample: string;
}

/** A kind of records, and one of them as the engine sees it. */
export interface DoctorKind {
  readonly kind: string;
  readonly records: number;
  readonly offset: number;
  readonly length: number;
  readonly host: string;
  readonly first: string;
  readonly last: string;
  /** Host, container and the like: attributes that every entity of the record has. */
  readonly surroundings: readonly DoctorAttribute[];
  readonly entities: readonly DoctorEntity[];
}

export interface DoctorAttribute {
  readonly name: string;
  /** Names of the same in the Elastic Common Schema. */
  readonly ecs: readonly string[];
  readonly value: PlainValue;
}

export interface DoctorEntity {
  readonly role: string;
  readonly type: string;
  /** False where the record repeats what it knows of another's process: it only fills gaps. */
  readonly own: boolean;
  readonly identity: { readonly key: string; readonly rule: string };
  readonly attributes: readonly DoctorAttribute[];
  readonly references: readonly { readonly name: string; readonly to: readonly string[] }[];
}

const NOTHING = {
  format: 'unknown',
  whole: true,
  records: 0,
  ignored: 0,
  ignored_kinds: [],
  undecodable: 0,
  undecodable_samples: [],
  usable_share: 0,
  hosts: [],
  kinds: [],
} as const;

/** The report on a file that could not be looked at. */
export function unreadableFile(file: string, error: WindhoverError, gzip: boolean): DoctorFile {
  return { file, ok: false, error: { code: error.code, message: error.message, hint: error.hint }, gzip, ...NOTHING };
}

export function doctorFile(file: string, survey: PlaceSurvey, gzip: boolean): DoctorFile {
  const { format, envelope, tally, whole, rejects, hosts, from, to, kinds } = survey;
  const isBundle = format === 'stix-bundle';
  const huntflow = starterHunt(file, kinds);
  return {
    file,
    ok: tally.records > 0,
    format,
    ...(envelope === undefined || format === 'unknown' ? {} : { envelope }),
    gzip,
    whole,
    records: tally.records,
    ignored: tally.ignored,
    ignored_kinds: tally.ignoredKinds,
    undecodable: tally.undecodable,
    undecodable_samples: rejects.map(({ offset, length, reason, sample }) => ({
      offset,
      length,
      reason,
      sample: Buffer.from(sample).toString('utf8').slice(0, 200),
    })),
    usable_share: tally.inputs === 0 ? 0 : tally.usableShare,
    hosts,
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
    kinds: kinds.map((kind) => doctorKind(kind, isBundle)),
    ...(huntflow === undefined ? {} : { huntflow }),
  };
}

function doctorKind({ kind, records, sample, offset, length }: KindSurvey, isBundle: boolean): DoctorKind {
  const { host, first, last, mentions } = sample;
  const entities = mentions.map((mention) => doctorEntity(mention, sample, isBundle));
  const surroundings = new Map(
    mentions.flatMap(({ attributes }) => Object.entries(attributes).filter(([name]) => SURROUNDINGS.has(name))),
  );
  return {
    ...{ kind, records, offset, length, host, first, last },
    surroundings: [...surroundings].map(([name, value]) => ({ name, ecs: [], value: cutValue(value) })),
    entities,
  };
}

function doctorEntity(mention: PlainMention, record: PlainRecord, isBundle: boolean): DoctorEntity {
  const { role, type, key, authority, attributes, references } = mention;
  return {
    role,
    type,
    own: authority === 1,
    identity: {
      key: cut(key),
      rule: isBundle ? "as in Kestrel's STIX bundles" : (entityType(type)?.identity ?? 'of its own'),
    },
    attributes: Object.entries(attributes)
      .filter(([name]) => !SURROUNDINGS.has(name))
      .map(([name, value]) => ({ name, ecs: ecsNamesOf(role, type, name), value: cutValue(value) })),
    references: Object.entries(references).map(([name, keys]) => ({
      name,
      to: (typeof keys === 'string' ? [keys] : keys).map((target) => nameOf(target, record)),
    })),
  };
}

/** ECS fields that feed this attribute of this slot. */
function ecsNamesOf(role: string, type: string, attribute: string): string[] {
  return ecsNames()
    .filter((each) => each.role === role && each.type === type && each.path === attribute && each.ecs !== attribute)
    .map(({ ecs }) => ecs);
}

/** The mention that a reference leads to, by its role. */
function nameOf(key: string, { mentions }: PlainRecord): string {
  const target = mentions.find((each) => each.key === key);
  return target === undefined ? cut(key) : target.role;
}

function cutValue(value: PlainValue): PlainValue {
  return typeof value === 'string' ? cut(value) : value;
}

function cut(text: string): string {
  return text.length <= LONGEST_VALUE ? text : `${text.slice(0, LONGEST_VALUE - 1)}…`;
}
