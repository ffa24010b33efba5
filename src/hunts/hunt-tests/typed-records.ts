import type { Instant } from '../../catalogue/instant.ts';
import { isRecordDocument } from '../../telemetry/line-shapes.ts';
import type { JsonObject } from '../../telemetry/document-shape.ts';
import { parseDuration } from '../hunt-file/hunt-file-duration.ts';
import { parseEndpoint, type Endpoint } from './typed-endpoint.ts';
import type { ResolvedRecord } from './resolved-record.ts';
import { parseMoment, shifted } from './typed-moment.ts';
import type { RecordProblem } from './record-problem.ts';
import { TypedProcessBook, type KnownProcess } from './typed-process-book.ts';
import { TYPED_OBJECTS, type TypedProcess, type TypedRecord } from './typed-record-schema.ts';
import { checkRecordShape, DEFAULT_HOST, recordShapes, type RecordShape } from './typed-record-shapes.ts';
import { FIRST_RECORD, recordTimes } from './typed-record-times.ts';
import { sysflowOf } from './typed-sysflow.ts';
import { sysmonOf } from './typed-sysmon.ts';

/** How long before the first record a process began of which nothing says when. */
const BEFORE_MS = 3_600_000;
const DEFAULT_ADDRESS = '10.0.0.10';
const FIRST_DYNAMIC_PORT = 49_152;

/**
 * Records of a test as lines of JSON. Documents of a sensor stand as they are; what a person typed becomes a document
 * of SysFlow (ECS) or of Winlogbeat with Sysmon's fields, so that the decoder that reads it is the one that reads real
 * telemetry.
 */
export function expandRecords(records: readonly JsonObject[]): {
  readonly text: string;
  readonly problems: readonly RecordProblem[];
} {
  const problems: RecordProblem[] = [];
  const typed = records.map((record) => (isRecordDocument(record) ? undefined : (record as unknown as TypedRecord)));
  const times = recordTimes(records, typed, problems);
  const shapes = recordShapes(typed, problems);
  const first = times[0] ?? FIRST_RECORD;
  const book = new TypedProcessBook(firstStarts(typed, times), shifted(first, -BEFORE_MS));
  const lines = records.map((record, index) => {
    const each = typed[index];
    if (each === undefined) return JSON.stringify(record);
    const shape = shapes.get(each.host ?? DEFAULT_HOST) ?? 'sysflow';
    checkRecordShape(each, index, shape, problems);
    const resolved = resolve(each, index, times[index] ?? first, first, shape, book, problems);
    const document = shape === 'sysmon' ? sysmonOf(resolved) : sysflowOf(resolved);
    return JSON.stringify(withFields(document, each, shape));
  });
  return { text: lines.map((line) => `${line}\n`).join(''), problems };
}

function firstStarts(
  typed: readonly (TypedRecord | undefined)[],
  times: readonly Instant[],
): ReadonlyMap<string, Instant> {
  const starts = new Map<string, Instant>();
  for (const [index, record] of typed.entries()) {
    if (record === undefined || record.action === 'exit') continue;
    if (TYPED_OBJECTS.some((key) => record[key] !== undefined)) continue;
    const pid = typeof record.process === 'number' ? record.process : record.process.pid;
    const place = TypedProcessBook.placeOf(record.host ?? DEFAULT_HOST, pid);
    if (!starts.has(place)) starts.set(place, times[index] as Instant);
  }
  return starts;
}

function resolve(
  typed: TypedRecord,
  index: number,
  time: Instant,
  first: Instant,
  shape: RecordShape,
  book: TypedProcessBook,
  problems: RecordProblem[],
): ResolvedRecord {
  const host = typed.host ?? DEFAULT_HOST;
  const mention = (process: number | TypedProcess, parent?: KnownProcess): KnownProcess => {
    const { created, ...rest } = typeof process === 'number' ? { pid: process, created: undefined } : process;
    const began = created === undefined ? undefined : parseMoment(created, first);
    return book.mention(
      host,
      shape === 'sysmon',
      { ...rest, ...(began === undefined ? {} : { created: began }) },
      parent,
    );
  };
  const { process } = typed;
  const parent = typeof process === 'object' && process.parent !== undefined ? mention(process.parent) : undefined;
  const actor = mention(process, parent);
  const target = typed.access?.target ?? typed.remote_thread?.target;
  const endpoint = (end: 'src' | 'dst', otherwise: Endpoint): Endpoint => {
    const written = typed.connection?.[end];
    const parsed = written === undefined ? otherwise : parseEndpoint(written);
    if (parsed === undefined) {
      problems.push({
        path: [index, 'connection', end],
        message: `${written ?? ''} is no address with a port.`,
        hint: 'Write 10.0.0.5:443 or [2001:db8::1]:443.',
      });
    }
    return parsed ?? otherwise;
  };
  return {
    typed,
    index,
    time,
    end: shifted(time, parseDuration(typed.connection?.duration ?? '0s') ?? 0),
    host,
    // A copy: later records may say more of it.
    process: { ...actor, ...(actor.parent === undefined ? {} : { parent: { ...actor.parent } }) },
    ...(target === undefined ? {} : { target: { ...mention(target) } }),
    ...(typed.connection === undefined
      ? {}
      : {
          source: endpoint('src', { address: DEFAULT_ADDRESS, port: FIRST_DYNAMIC_PORT + (index % 16_384) }),
          destination: endpoint('dst', { address: DEFAULT_ADDRESS, port: 0 }),
        }),
  };
}

function withFields(document: Record<string, unknown>, { fields }: TypedRecord, shape: RecordShape): unknown {
  if (fields === undefined) return document;
  return merged(document, shape === 'sysflow' ? fields : { winlog: { event_data: fields } });
}

function merged(into: Record<string, unknown>, from: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const result = new Map(Object.entries(into));
  for (const [key, value] of Object.entries(from)) {
    const own = result.get(key);
    result.set(key, isObject(own) && isObject(value) ? merged(own, value) : value);
  }
  // A map first: a property `__proto__` can be made, and never assigned.
  return Object.fromEntries(result);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
