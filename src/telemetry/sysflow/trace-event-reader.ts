import { SourceError } from '../../errors/windhover-error.ts';
import type { AvroCursor } from '../avro/avro-cursor.ts';
import type { AvroReaders } from '../avro/avro-readers.ts';
import type { AvroRecord, AvroType } from '../avro/avro-type.ts';
import { millisOf, nanosOf, type TraceEvent } from './trace-event.ts';

/** Reads one event or flow into the registers. */
export type EventReader = (cursor: AvroCursor, event: TraceEvent) => void;

/** Bytes of a file's object id (a SHA-1). */
export const FILE_ID_BYTES = 20;

interface FieldPlan {
  /** Is a field of this type readable so? */
  readonly fits: (type: AvroType) => boolean;
  readonly read: EventReader;
}

const FIELDS: Readonly<Record<string, FieldPlan>> = {
  procOID: {
    fits: isProcessId,
    read: (cursor, event) => {
      cursor.long();
      const { high, low } = cursor;
      event.createHigh = high;
      event.createLow = low;
      event.createMs = millisOf(high, low);
      event.createNs = nanosOf(high, low);
      event.hpid = cursor.number();
    },
  },
  ts: {
    fits: isLong,
    read: (cursor, event) => {
      cursor.long();
      event.startMs = millisOf(cursor.high, cursor.low);
      event.startNs = nanosOf(cursor.high, cursor.low);
    },
  },
  endTs: {
    fits: isLong,
    read: (cursor, event) => {
      cursor.long();
      event.endMs = millisOf(cursor.high, cursor.low);
      event.endNs = nanosOf(cursor.high, cursor.low);
    },
  },
  tid: { fits: isWhole, read: (cursor, event) => void (event.tid = cursor.number()) },
  opFlags: { fits: isWhole, read: (cursor, event) => void (event.opFlags = cursor.number()) },
  ret: { fits: isWhole, read: (cursor, event) => void (event.ret = cursor.number()) },
  fd: { fits: isWhole, read: (cursor, event) => void (event.fd = cursor.number()) },
  fileOID: { fits: isFileId, read: (cursor, event) => void (event.fileAt = cursor.take(FILE_ID_BYTES)) },
  sip: { fits: isInt, read: (cursor, event) => void (event.sip = cursor.number()) },
  dip: { fits: isInt, read: (cursor, event) => void (event.dip = cursor.number()) },
  sport: { fits: isWhole, read: (cursor, event) => void (event.sport = cursor.number()) },
  dport: { fits: isWhole, read: (cursor, event) => void (event.dport = cursor.number()) },
  proto: { fits: isWhole, read: (cursor, event) => void (event.proto = cursor.number()) },
  numRRecvOps: { fits: isWhole, read: (cursor, event) => void (event.readOps = cursor.exactLong()) },
  numWSendOps: { fits: isWhole, read: (cursor, event) => void (event.writeOps = cursor.exactLong()) },
  numRRecvBytes: { fits: isWhole, read: (cursor, event) => void (event.readBytes = cursor.exactLong()) },
  numWSendBytes: { fits: isWhole, read: (cursor, event) => void (event.writeBytes = cursor.exactLong()) },
};

/** What a record must have; whatever else of `FIELDS` it has is read too, and the rest passed over. */
const REQUIRED: Readonly<Record<string, readonly string[]>> = {
  ProcessEvent: ['procOID', 'ts', 'tid', 'opFlags', 'ret'],
  FileEvent: ['procOID', 'ts', 'tid', 'opFlags', 'fileOID', 'ret', 'newFileOID'],
  FileFlow: ['procOID', 'ts', 'tid', 'opFlags', 'endTs', 'fileOID', ...counters()],
  NetworkFlow: ['procOID', 'ts', 'tid', 'opFlags', 'endTs', 'sip', 'sport', 'dip', 'dport', 'proto', ...counters()],
};

function counters(): string[] {
  return ['numRRecvOps', 'numWSendOps', 'numRRecvBytes', 'numWSendBytes'];
}

/** Composes the reader of an event or flow from its fields in the order of the writer schema. */
export function compileEvent(record: AvroRecord, readers: AvroReaders): EventReader {
  const simple = record.name.slice(record.name.lastIndexOf('.') + 1);
  for (const name of REQUIRED[simple] ?? []) {
    if (!record.fields.some((field) => field.name === name)) throw unreadable(`${record.name} has no field ${name}`);
  }
  const steps = record.fields.map(({ name, type }): EventReader => {
    if (name === 'newFileOID') return newFileReader(record, type);
    const plan = Object.hasOwn(FIELDS, name) ? FIELDS[name] : undefined;
    if (plan === undefined) return readers.skipper(type);
    if (!plan.fits(type)) throw unreadable(`the field ${name} of ${record.name} has another type`);
    return plan.read;
  });
  // Registers that the record lacks must not keep what the last one left there.
  const has = (name: string): boolean => record.fields.some((field) => field.name === name);
  if (!has('endTs')) steps.push(noEnd);
  if (!has('fd')) steps.push((_, event) => void (event.fd = 0));
  if (!has('fileOID')) steps.push((_, event) => void (event.fileAt = -1));
  if (!has('newFileOID')) steps.push((_, event) => void (event.newFileAt = -1));
  const count = steps.length;
  return (cursor, event) => {
    for (let i = 0; i < count; i++) (steps[i] as EventReader)(cursor, event);
  };
}

function noEnd(_: AvroCursor, event: TraceEvent): void {
  event.endMs = 0;
  event.endNs = 0;
}

function newFileReader(record: AvroRecord, type: AvroType): EventReader {
  const branches = type.kind === 'union' ? type.branches : [];
  const none = branches.findIndex((branch) => branch.kind === 'null');
  if (branches.length !== 2 || none < 0 || !branches.some(isFileId)) {
    throw unreadable(`the field newFileOID of ${record.name} has another type`);
  }
  return (cursor, event) => {
    event.newFileAt = cursor.index(2) === none ? -1 : cursor.take(FILE_ID_BYTES);
  };
}

function isLong(type: AvroType): boolean {
  return type.kind === 'long';
}

function isInt(type: AvroType): boolean {
  return type.kind === 'int';
}

function isWhole(type: AvroType): boolean {
  return type.kind === 'int' || type.kind === 'long';
}

function isFileId(type: AvroType): boolean {
  return type.kind === 'fixed' && type.size === FILE_ID_BYTES;
}

function isProcessId(type: AvroType): boolean {
  if (type.kind !== 'record' || type.fields.length !== 2) return false;
  const [first, second] = type.fields;
  return first?.name === 'createTS' && isLong(first.type) && second?.name === 'hpid' && isWhole(second.type);
}

/** A schema that names SysFlow's records but not what they need. */
export function unreadable(why: string): SourceError {
  return new SourceError('source-schema', `the trace is of an unknown version of SysFlow: ${why}`, {
    hint: "Convert the trace to ECS documents with SysFlow's processor and read these.",
  });
}
