import { isJsonObject, type DocumentShape, type EventTimes, type JsonObject } from '../document-shape.ts';
import { timeKeyPart } from '../identity-key.ts';
import { parsedNanos, parseTime } from '../time-text.ts';
import { FEW_ADDRESSES, KIND_VARIANTS } from './sysmon-events.ts';
import { sysmonFields } from './sysmon-fields.ts';
import { otherChannel } from './other-channel.ts';
import { SYSMON_TABLE } from './sysmon-table.ts';
import { unusedEvents } from './unused-events.ts';

export const SYSMON_CHANNEL = 'Microsoft-Windows-Sysmon/Operational';

/** Where a shipper puts what; paths with dots. */
export interface SysmonEnvelope {
  readonly format: string;
  fits(document: JsonObject): boolean;
  unfold?(document: JsonObject): JsonObject | undefined;
  /** Path of the object with Sysmon's own fields; empty = the document itself. */
  readonly fields: string;
  readonly channel: string;
  readonly eventId: string;
  /** Where a store finds `eventId`, if elsewhere. */
  readonly storedEventId?: string;
  readonly host: string;
  /** Missing where the shipper drops it. */
  readonly recordNumber?: string;
  /** When the event was logged: event time of events 3 and 22, and of events without UtcTime (decision 7). */
  readonly logTime: readonly string[];
  /** UtcTime of events 3 and 22 counts, for want of a log time that is right. */
  readonly utcTimeOnly?: boolean;
  /** The document's own id of a record without a record number; fields of these names are no part of its content. */
  readonly notContent?: ReadonlySet<string>;
  /** Paths that `fits`, `unfold` and the fields stand for; absent: any. */
  readonly looksAt?: readonly string[];
}

const OF_LOG_TIME = new Set(['sysmon.3', 'sysmon.22', KIND_VARIANTS.manyAddresses]);

function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

/** Reader of one dotted path. */
function getter(path: string): (document: JsonObject) => unknown {
  const keys = path.split('.');
  if (keys.length === 1) return (document) => document[path];
  return (document) => {
    let value: unknown = document;
    for (const key of keys) {
      if (!isJsonObject(value)) return undefined;
      value = value[key];
    }
    return value;
  };
}

/** Makes the shape of a shipper's documents from what the envelope says. */
export function sysmonShape(envelope: SysmonEnvelope): DocumentShape {
  const isFlat = envelope.fields === '';
  const prefix = isFlat ? '' : `${envelope.fields}.`;
  const fieldsOf = isFlat ? (document: JsonObject): unknown => document : getter(envelope.fields);
  const [channel, eventId, host] = [getter(envelope.channel), getter(envelope.eventId), getter(envelope.host)];
  const recordNumber = envelope.recordNumber === undefined ? () => undefined : getter(envelope.recordNumber);
  const logTimes = envelope.logTime.map(getter);

  function readLogTime(document: JsonObject, times: EventTimes): boolean {
    return logTimes.some((logTime) => setTime(times, logTime(document)));
  }

  function kindOf(document: JsonObject): string | undefined {
    if (channel(document) !== SYSMON_CHANNEL) return undefined;
    const id = textOf(eventId(document));
    const kind = `sysmon.${id}`;
    if (id === '12' || id === '22') return variant(kind, fieldsOf(document));
    return Object.hasOwn(SYSMON_TABLE.kinds, kind) ? kind : 'sysmon.other';
  }

  const { looksAt, logTime: times } = envelope;
  const header = [envelope.channel, envelope.eventId, envelope.host, envelope.recordNumber ?? [], times].flat();

  return {
    format: envelope.format,
    table: SYSMON_TABLE,
    fits: envelope.fits,
    ...(envelope.unfold === undefined ? {} : { unfold: envelope.unfold }),
    ...(looksAt === undefined ? {} : { looksAt: [...header, ...looksAt] }),
    kindOf,

    ignoredAs: (document) => eventsOf(textOf(channel(document))),

    ...(isFlat && {
      ignoredUnparsed(document: Buffer): string | undefined {
        const name = otherChannel(document);
        return name === undefined ? undefined : eventsOf(name);
      },
    }),

    hostOf(document: JsonObject): string {
      const name = textOf(host(document));
      return name === '-' ? '' : name;
    },

    readTimes(document: JsonObject, times: EventTimes): boolean {
      const fields = fieldsOf(document);
      const utcTime = isJsonObject(fields) ? fields['UtcTime'] : undefined;
      const kind = kindOf(document);
      if (envelope.utcTimeOnly !== true && kind !== undefined && OF_LOG_TIME.has(kind)) {
        return readLogTime(document, times) || setTime(times, utcTime);
      }
      return setTime(times, utcTime) || readLogTime(document, times);
    },

    pathsOf(kind: string, cell: string): readonly string[] {
      if (cell === 'eventCode') return [envelope.eventId];
      if (cell === 'channel') return [envelope.channel];
      if (cell === 'recordNumber') return envelope.recordNumber === undefined ? [] : [envelope.recordNumber];
      if (cell === 'message') return ['Message', 'message'];
      return sysmonFields(kind, cell).map((field) => prefix + field);
    },

    unusedRules(isNeedless) {
      const { channel: field, storedEventId = envelope.eventId } = envelope;
      return unusedEvents({ channel: field, eventId: storedEventId, sysmon: SYSMON_CHANNEL }, isNeedless);
    },

    recordIdText(document: JsonObject, kind: string, hostKey: string): string {
      const fields = fieldsOf(document);
      const number = textOf(recordNumber(document));
      const id = [hostKey, textOf(channel(document)), textOf(eventId(document))];
      if (number !== '') return [...id, number, timeText(fields, document, logTimes)].join('\u001f');
      // Events that agree in all but the moment they were logged are events of their own.
      const logged = timeText(undefined, document, logTimes);
      return [...id, kind, logged, contentText(fields, envelope.notContent)].join('\u001f');
    },
  };
}

function setTime(times: EventTimes, value: unknown): boolean {
  if (typeof value !== 'string') return false;
  const ms = parseTime(value);
  if (Number.isNaN(ms)) return false;
  times.firstMs = ms;
  times.lastMs = ms;
  times.firstNs = parsedNanos();
  times.lastNs = times.firstNs;
  return true;
}

function eventsOf(channel: string): string {
  return channel === '' ? 'events without a channel' : `events of ${channel}`;
}

/** Registry events about a value, and answers with many addresses, have a layout of their own. */
function variant(kind: string, fields: unknown): string {
  if (!isJsonObject(fields)) return kind;
  if (kind === 'sysmon.12') {
    const value = textOf(fields['EventType']).endsWith('Value') || textOf(fields['EventTypeOrignal']).endsWith('Value');
    return value ? KIND_VARIANTS.registryValue : kind;
  }
  const results = fields['QueryResults'];
  const parts = typeof results === 'string' ? results.split(';') : Array.isArray(results) ? results : [];
  return parts.length > FEW_ADDRESSES ? KIND_VARIANTS.manyAddresses : kind;
}

/** UtcTime as logged, else the log's time, in nanoseconds: shippers write it in different ways. */
function timeText(
  fields: unknown,
  document: JsonObject,
  logTimes: readonly ((document: JsonObject) => unknown)[],
): string {
  const candidates = [isJsonObject(fields) ? fields['UtcTime'] : undefined, ...logTimes.map((time) => time(document))];
  for (const candidate of candidates) {
    const ms = typeof candidate === 'string' ? parseTime(candidate) : Number.NaN;
    if (!Number.isNaN(ms)) return timeKeyPart(ms, parsedNanos());
  }
  return '';
}

function contentText(fields: unknown, without: ReadonlySet<string> | undefined): string {
  if (!isJsonObject(fields)) return '';
  const names = Object.keys(fields).filter((name) => without?.has(name) !== true);
  return names
    .sort()
    .map((name) => `${name}=${JSON.stringify(fields[name])}`)
    .join('\u001f');
}
