import { isJsonObject, section, type DocumentShape, type EventTimes, type JsonObject } from '../document-shape.ts';
import { timeKeyPart } from '../identity-key.ts';
import { parsedNanos, parseTime } from '../time-text.ts';
import { SYSFLOW_TABLE } from './sysflow-table.ts';

/** Cell → document path of the ECS documents that SysFlow's processor writes. */
const PATHS: Readonly<Record<string, readonly string[]>> = {
  hostIp: ['host.ip'],
  containerId: ['container.id'],
  containerName: ['container.name'],
  containerRuntime: ['container.runtime'],
  containerImageId: ['container.image.id'],
  containerImageName: ['container.image.name'],
  containerPrivileged: ['container.sf_privileged'],
  orchestratorNamespace: ['orchestrator.namespace'],
  orchestratorName: ['orchestrator.resource.name'],
  orchestratorKind: ['orchestrator.resource.type'],
  orchestratorType: ['orchestrator.type'],
  podId: ['pod.id'],
  podNode: ['pod.nodename'],
  podName: ['pod.name'],
  podNamespace: ['pod.namespace'],
  pid: ['process.pid'],
  created: ['process.start'],
  name: ['process.name'],
  commandLine: ['process.command_line'],
  args: ['process.args'],
  threadId: ['process.thread.id'],
  tags: ['tags'],
  binaryPath: ['process.executable'],
  parentPid: ['process.parent.pid'],
  parentCreated: ['process.parent.start'],
  parentName: ['process.parent.name'],
  parentCommandLine: ['process.parent.command_line'],
  parentArgs: ['process.parent.args'],
  parentBinaryPath: ['process.parent.executable'],
  userName: ['user.name'],
  userUid: ['user.id'],
  groupName: ['user.group.name'],
  groupGid: ['user.group.id'],
  // The path is left out where it equals the name.
  filePath: ['file.path', 'file.name'],
  fileDirectory: ['file.directory'],
  fileType: ['file.type'],
  targetPath: ['file.target_path'],
  bytesRead: ['sf_file_action.bytes_read'],
  bytesWritten: ['sf_file_action.bytes_written'],
  readOperations: ['sf_file_action.read_ops'],
  writeOperations: ['sf_file_action.write_ops'],
  sourceIp: ['source.ip'],
  sourcePort: ['source.port'],
  sourceBytes: ['source.bytes'],
  sourcePackets: ['source.packets'],
  destinationIp: ['destination.ip'],
  destinationPort: ['destination.port'],
  destinationBytes: ['destination.bytes'],
  destinationPackets: ['destination.packets'],
  protocol: ['network.protocol', 'network.transport'],
  protocolNumber: ['network.iana_number'],
  connectionBytes: ['network.bytes'],
  communityId: ['network.community_id'],
  eventAction: ['event.action'],
  eventCategory: ['event.category'],
  eventKind: ['event.kind'],
  eventType: ['event.type'],
  eventProvider: ['agent.type'],
  eventDuration: ['event.duration'],
  eventSeverity: ['event.severity'],
  eventReason: ['event.reason'],
  eventRecordType: ['event.sf_type'],
  // Only the JSON encoding knows these.
  operationFlags: ['event.sf_opflags'],
  tty: ['process.tty'],
  entry: ['process.entry'],
  eventReturn: ['event.sf_ret'],
};

const KINDS: ReadonlyMap<unknown, string> = new Map(['PE', 'FE', 'FF', 'NF'].map((type) => [type, `sysflow.${type}`]));

const TYPE = 'event.sf_type';

/** By a name that the document gives. */
const OTHER_KINDS: ReadonlyMap<string, string> = new Map([
  ['KE', 'Kubernetes events'],
  ['PF', 'process flows'],
]);

function text(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

/** Nanoseconds, since encoders differ in the digits they write. */
function time(value: unknown): string {
  const ms = parseTime(text(value));
  return Number.isNaN(ms) ? text(value) : timeKeyPart(ms, parsedNanos());
}

/** ECS documents of SysFlow: events, flows and their alert copies. */
export const SYSFLOW_ECS_SHAPE: DocumentShape = {
  format: 'sysflow-ecs',
  table: SYSFLOW_TABLE,

  fits(document: JsonObject): boolean {
    const event = document['event'];
    return isJsonObject(event) && typeof event['sf_type'] === 'string';
  },

  kindOf(document: JsonObject): string | undefined {
    return KINDS.get(section(document, 'event')['sf_type']);
  },

  ignoredAs(document: JsonObject): string {
    const type = text(section(document, 'event')['sf_type']);
    return OTHER_KINDS.get(type) ?? `records of type ${type}`;
  },

  hostOf(document: JsonObject): string {
    const id = section(document, 'host')['id'];
    return typeof id === 'string' && id !== 'NA' && id !== '<NA>' ? id : '';
  },

  /** [ts, endTs]: `event.end` equals the start where there is no end. */
  readTimes(document: JsonObject, times: EventTimes): boolean {
    const start = document['@timestamp'];
    if (typeof start !== 'string') return false;
    times.firstMs = parseTime(start);
    if (Number.isNaN(times.firstMs)) return false;
    times.firstNs = parsedNanos();
    times.lastMs = times.firstMs;
    times.lastNs = times.firstNs;
    const end = section(document, 'event')['end'];
    if (typeof end !== 'string' || end === start) return true;
    const ms = parseTime(end);
    const ns = parsedNanos();
    if (ms > times.firstMs || (ms === times.firstMs && ns > times.firstNs)) {
      times.lastMs = ms;
      times.lastNs = ns;
    }
    return true;
  },

  pathsOf(_kind: string, cell: string): readonly string[] {
    return PATHS[cell] ?? [];
  },

  looksAt: [
    ...['@timestamp', 'event.sf_type', 'event.end', 'event.action', 'host.id', 'container.id'],
    ...['process.thread.id', 'process.start', 'file.path', 'file.name', 'file.directory'],
    ...['source.ip', 'source.port', 'destination.ip', 'destination.port', 'network.protocol'],
  ],

  unusedRules(isNeedless) {
    const needed = [...KINDS].flatMap(([type, kind]) => (isNeedless(kind) ? [] : [String(type)]));
    return [{ name: TYPE, tests: [{ field: TYPE, is: 'none-of', values: needed }] }];
  },

  /** The alert copy of an event has the same id: reason, severity and tags are no part of it. */
  recordIdText(document: JsonObject, kind: string, host: string): string {
    const process = section(document, 'process');
    const file = section(document, 'file');
    const [source, destination] = [section(document, 'source'), section(document, 'destination')];
    return [
      host,
      text(section(document, 'container')['id']),
      time(document['@timestamp']),
      text(section(process, 'thread')['id']),
      time(process['start']),
      kind,
      text(section(document, 'event')['action']),
      text(file['path'] ?? file['name'] ?? file['directory']),
      text(source['ip']),
      text(source['port']),
      text(destination['ip']),
      text(destination['port']),
      text(section(document, 'network')['protocol']),
    ].join('\u001f');
  },
};
