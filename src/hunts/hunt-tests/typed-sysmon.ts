import { isIPv6 } from 'node:net';
import { formatInstant, type Instant } from '../../catalogue/instant.ts';
import type { ResolvedRecord } from './resolved-record.ts';
import type { KnownProcess } from './typed-process-book.ts';

const CHANNEL = 'Microsoft-Windows-Sysmon';
const NO_GUID = '{00000000-0000-0000-0000-000000000000}';

type Fields = Record<string, string>;

/** The document that Winlogbeat 8 would send of a record: Sysmon's own fields, all of them texts. */
export function sysmonOf(record: ResolvedRecord): Record<string, unknown> {
  const { id, fields } = eventOf(record);
  const at = formatInstant(record.time);
  return {
    '@timestamp': at,
    event: { code: String(id), kind: 'event', provider: CHANNEL, created: at },
    winlog: {
      channel: `${CHANNEL}/Operational`,
      provider_name: CHANNEL,
      computer_name: record.host,
      event_id: String(id),
      record_id: record.index + 1,
      event_data: { RuleName: '-', UtcTime: utcTime(record.time), ...fields },
    },
  };
}

function eventOf(record: ResolvedRecord): { id: number; fields: Fields } {
  const { typed, process, target } = record;
  const actor = actorOf(process);
  if (typed.connection !== undefined) return { id: 3, fields: { ...actor, ...connectionOf(record) } };
  if (typed.file !== undefined) return fileOf(record);
  if (typed.registry !== undefined) return registryOf(record);
  if (typed.dns !== undefined) {
    const answers = typed.dns.answers ?? [];
    const results = answers.map((answer) => `${isIPv6(answer) ? answer : `::ffff:${answer}`};`).join('');
    return { id: 22, fields: { ...actor, QueryName: typed.dns.query, QueryStatus: '0', QueryResults: results || '-' } };
  }
  if (typed.access !== undefined && target !== undefined) {
    const { granted = '0x1000', call_trace: trace } = typed.access;
    return {
      id: 10,
      fields: {
        ...twoProcesses(process, target, 'GUID'),
        GrantedAccess: typeof granted === 'number' ? `0x${granted.toString(16)}` : granted,
        ...(trace === undefined ? {} : { CallTrace: trace }),
      },
    };
  }
  if (typed.remote_thread !== undefined && target !== undefined) {
    return { id: 8, fields: { ...twoProcesses(process, target, 'Guid'), NewThreadId: '1' } };
  }
  if (typed.action === 'exit') return { id: 5, fields: actor };
  return { id: 1, fields: { ...actor, ...creationOf(process) } };
}

function actorOf({ guid, pid, executable, user }: KnownProcess): Fields {
  return { ProcessGuid: guid, ProcessId: String(pid), Image: executable ?? '-', User: user ?? '-' };
}

function creationOf({ commandLine, executable, cwd, parent }: KnownProcess): Fields {
  return {
    CommandLine: commandLine ?? executable ?? '-',
    CurrentDirectory: cwd ?? '-',
    ParentProcessGuid: parent?.guid ?? NO_GUID,
    ParentProcessId: String(parent?.pid ?? 0),
    ParentImage: parent?.executable ?? '-',
    ParentCommandLine: parent?.commandLine ?? parent?.executable ?? '-',
    ParentUser: parent?.user ?? '-',
  };
}

function twoProcesses(source: KnownProcess, target: KnownProcess, guid: 'GUID' | 'Guid'): Fields {
  return {
    [`SourceProcess${guid}`]: source.guid,
    SourceProcessId: String(source.pid),
    SourceImage: source.executable ?? '-',
    SourceUser: source.user ?? '-',
    [`TargetProcess${guid}`]: target.guid,
    TargetProcessId: String(target.pid),
    TargetImage: target.executable ?? '-',
    TargetUser: target.user ?? '-',
  };
}

function connectionOf({ typed, source, destination }: ResolvedRecord): Fields {
  const { protocol = 'tcp', accepted = false } = typed.connection ?? {};
  return {
    Protocol: protocol,
    Initiated: String(!accepted),
    SourceIsIpv6: String(isIPv6(source?.address ?? '')),
    SourceIp: source?.address ?? '-',
    SourcePort: String(source?.port ?? 0),
    DestinationIsIpv6: String(isIPv6(destination?.address ?? '')),
    DestinationIp: destination?.address ?? '-',
    DestinationPort: String(destination?.port ?? 0),
  };
}

function fileOf({ typed, time, process }: ResolvedRecord): { id: number; fields: Fields } {
  const { path, action = 'write' } = typed.file ?? { path: '-' };
  const actor = actorOf(process);
  if (action === 'load') return { id: 7, fields: { ...actor, ImageLoaded: path } };
  if (action === 'delete') return { id: 23, fields: { ...actor, TargetFilename: path } };
  return { id: 11, fields: { ...actor, TargetFilename: path, CreationUtcTime: utcTime(time) } };
}

function registryOf({ typed, process }: ResolvedRecord): { id: number; fields: Fields } {
  const { key = '-', value, data, action = 'set' } = typed.registry ?? {};
  const TargetObject = value === undefined ? key : `${key}\\${value}`;
  const actor = actorOf(process);
  if (action === 'set') {
    return { id: 13, fields: { ...actor, EventType: 'SetValue', TargetObject, Details: data ?? '(Empty)' } };
  }
  const EventType = `${action === 'create' ? 'Create' : 'Delete'}${value === undefined ? 'Key' : 'Value'}`;
  return { id: 12, fields: { ...actor, EventType, TargetObject } };
}

/** `yyyy-MM-dd HH:mm:ss.SSS`, as Sysmon writes it. */
function utcTime(time: Instant): string {
  return formatInstant({ ms: time.ms, ns: 0 }).replace('T', ' ').replace('Z', '');
}
