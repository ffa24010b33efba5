import { isJsonObject, type JsonObject } from '../document-shape.ts';
import { WINLOGBEAT_PATHS, winlogbeatFields } from './winlogbeat-fields.ts';
import { SYSMON_CHANNEL, sysmonShape } from './sysmon-shape.ts';

/** Flat fields of the log's header, and what a shipper adds: no part of an event's content. */
const FLAT_HEADER = new Set([
  '@timestamp',
  '@version',
  'TimeCreated',
  'EventTime',
  'EventReceivedTime',
  'Message',
  'Keywords',
  'Level',
  'Task',
  'host',
  'port',
  'tags',
]);

/** NXLog: flat, with the collector in `host`; `EventTime` is local, `@timestamp` the receipt in UTC. */
export const SYSMON_NXLOG_SHAPE = sysmonShape({
  format: 'sysmon-nxlog',
  fits: (document) =>
    'EventID' in document && 'Channel' in document && ('EventReceivedTime' in document || 'EventTime' in document),
  fields: '',
  channel: 'Channel',
  eventId: 'EventID',
  host: 'Hostname',
  recordNumber: 'RecordNumber',
  logTime: ['@timestamp'],
  notContent: FLAT_HEADER,
});

/** Flat export of the event log: `TimeCreated` and `@timestamp` are local times, whatever they claim. */
export const SYSMON_WINEVT_SHAPE = sysmonShape({
  format: 'sysmon-winevt',
  fits: (document) =>
    'EventID' in document &&
    'Channel' in document &&
    !('EventReceivedTime' in document || 'EventTime' in document || 'EventData' in document),
  fields: '',
  channel: 'Channel',
  eventId: 'EventID',
  host: 'Hostname',
  logTime: ['@timestamp', 'TimeCreated'],
  utcTimeOnly: true,
  notContent: FLAT_HEADER,
});

/** Winlogbeat 6: `event_data` at the top. */
export const WINLOGBEAT_6_SHAPE = sysmonShape({
  format: 'winlogbeat',
  fits: (document) => 'log_name' in document && 'event_id' in document,
  fields: 'event_data',
  channel: 'log_name',
  eventId: 'event_id',
  host: 'computer_name',
  recordNumber: 'record_number',
  logTime: ['@timestamp'],
  looksAt: ['event_data'],
});

function winlogOf(document: JsonObject): JsonObject | undefined {
  const winlog = document['winlog'];
  return isJsonObject(winlog) && 'channel' in winlog ? winlog : undefined;
}

function hasRawFields(winlog: JsonObject): boolean {
  const data = winlog['event_data'];
  return isJsonObject(data) && 'UtcTime' in data;
}

/** Winlogbeat 7 and 8 as the agent sends it where no module maps it. */
export const WINLOGBEAT_SHAPE = sysmonShape({
  format: 'winlogbeat',
  fits: (document) => {
    const winlog = winlogOf(document);
    return winlog !== undefined && hasRawFields(winlog);
  },
  fields: 'winlog.event_data',
  channel: 'winlog.channel',
  eventId: 'winlog.event_id',
  host: 'winlog.computer_name',
  recordNumber: 'winlog.record_id',
  logTime: ['@timestamp'],
  looksAt: ['winlog.event_data'],
});

/** Winlogbeat mapped to the Elastic Common Schema, by the agent's module (7) or the ingest pipeline (8). */
export const WINLOGBEAT_ECS_SHAPE = sysmonShape({
  format: 'winlogbeat-ecs',
  fits: (document) => {
    const winlog = winlogOf(document);
    return winlog !== undefined && !hasRawFields(winlog);
  },
  unfold: (document) => ({ ...document, sysmon: winlogbeatFields(document) }),
  fields: 'sysmon',
  channel: 'winlog.channel',
  eventId: 'sysmon.EventID',
  storedEventId: 'winlog.event_id',
  host: 'winlog.computer_name',
  recordNumber: 'winlog.record_id',
  logTime: ['event.created', '@timestamp'],
  looksAt: WINLOGBEAT_PATHS,
});

/** Azure Sentinel: Sysmon's fields are a text of JSON, or an object of their own. */
export const SENTINEL_SHAPE = sysmonShape({
  format: 'sentinel',
  fits: (document) => 'EventID' in document && 'Channel' in document && 'EventData' in document,
  unfold: (document) => {
    const data = document['EventData'];
    // Only Sysmon's events are opened: other channels are ignored whatever they hold.
    if (document['Channel'] !== SYSMON_CHANNEL || isJsonObject(data)) return document;
    if (typeof data !== 'string') return undefined;
    try {
      const fields: unknown = JSON.parse(data);
      return isJsonObject(fields) ? { ...document, EventData: fields } : undefined;
    } catch {
      return undefined;
    }
  },
  fields: 'EventData',
  channel: 'Channel',
  eventId: 'EventID',
  host: 'Computer',
  logTime: ['TimeGenerated'],
});

export const SYSMON_SHAPES = [
  SYSMON_NXLOG_SHAPE,
  SYSMON_WINEVT_SHAPE,
  WINLOGBEAT_6_SHAPE,
  WINLOGBEAT_SHAPE,
  WINLOGBEAT_ECS_SHAPE,
  SENTINEL_SHAPE,
];
