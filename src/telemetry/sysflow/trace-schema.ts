import { SourceError } from '../../errors/windhover-error.ts';
import { AvroReaders, type AvroReader } from '../avro/avro-readers.ts';
import { simpleName, type AvroRecord, type AvroType } from '../avro/avro-type.ts';
import { compileEvent, unreadable, type EventReader } from './trace-event-reader.ts';

/** What a branch of the top record is to us. */
export type TraceBranch =
  | { readonly what: 'entity'; readonly entity: TraceEntityKind; readonly read: AvroReader }
  | { readonly what: 'record'; readonly kind: TraceRecordKind; readonly read: EventReader }
  | { readonly what: 'ignored'; readonly kind: string; readonly read: AvroReader };

export type TraceEntityKind = 'SFHeader' | 'Container' | 'Process' | 'File' | 'Pod';
export type TraceRecordKind = 'PE' | 'FE' | 'FF' | 'NF';

/** Fields without which a record says nothing. */
const ENTITY_FIELDS: Readonly<Record<TraceEntityKind, readonly string[]>> = {
  SFHeader: ['exporter'],
  Container: ['id'],
  Process: ['oid', 'exe'],
  File: ['oid', 'path', 'restype'],
  Pod: ['id'],
};

const RECORD_KINDS: Readonly<Record<string, TraceRecordKind>> = {
  ProcessEvent: 'PE',
  FileEvent: 'FE',
  FileFlow: 'FF',
  NetworkFlow: 'NF',
};

/** Records of a trace that no hunt uses, as `doctor` names them. Their names come from the trace. */
const OTHER_RECORDS: ReadonlyMap<string, string> = new Map([
  ['K8sEvent', 'Kubernetes events'],
  ['ProcessFlow', 'process flows'],
]);

/**
 * Readers for the datums of a trace, made from the schema in its head: records and fields are found by name, so that any
 * version of SysFlow can be read, with fewer branches or with more. Throws `SourceError` (`source-schema`) for a schema
 * that is not one of SysFlow's.
 */
export function traceBranches(schema: AvroType): readonly TraceBranch[] {
  const top = schema.kind === 'record' && schema.fields.length === 1 ? schema.fields[0]?.type : schema;
  const branches = top?.kind === 'union' ? top.branches : [];
  const names = branches.map((branch) => (branch.kind === 'record' ? simpleName(branch.name) : branch.kind));
  if (!names.includes('SFHeader') || !names.some((name) => Object.hasOwn(RECORD_KINDS, name))) {
    const name = 'name' in schema ? schema.name : schema.kind;
    throw new SourceError('source-schema', `the Avro file holds ${name} records, not SysFlow's`, {
      hint: 'Windhover reads Avro files with the schema of SysFlow (sysflow.SysFlow). Export other records as JSON lines.',
    });
  }
  const readers = new AvroReaders();
  return branches.map((branch, index): TraceBranch => {
    const name = names[index] as string;
    if (branch.kind === 'record' && Object.hasOwn(RECORD_KINDS, name)) {
      const kind = RECORD_KINDS[name] as TraceRecordKind;
      return { what: 'record', kind, read: compileEvent(branch, readers) };
    }
    if (branch.kind === 'record' && Object.hasOwn(ENTITY_FIELDS, name)) {
      const entity = name as TraceEntityKind;
      requireFields(branch, ENTITY_FIELDS[entity]);
      return { what: 'entity', entity, read: readers.reader(branch) };
    }
    return { what: 'ignored', kind: OTHER_RECORDS.get(name) ?? `${name} records`, read: readers.skipper(branch) };
  });
}

function requireFields(record: AvroRecord, names: readonly string[]): void {
  for (const name of names) {
    if (!record.fields.some((field) => field.name === name)) throw unreadable(`${record.name} has no field ${name}`);
  }
}
