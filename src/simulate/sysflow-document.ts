import type { LinuxProcess } from './linux-process.ts';
import { sysflowTime, type SimulatedTime } from './simulated-time.ts';

const AGENT = '"agent":{"type":"SysFlow","version":"0.7.0"},"ecs":{"version":"8.2"},';

/** `"host":{…}` and, inside a container, `"container":{…}` of a record, each with a trailing comma. */
export function sysflowPlace(
  host: string,
  container?: { readonly id: string; readonly name: string; readonly image: string },
): string {
  const at = `"host":{"id":${JSON.stringify(host)},"ip":"NA"},`;
  if (container === undefined) return at;
  const { id, name, image } = container;
  return (
    `${at}"container":{"id":"${id}","image":{"id":"${id}${id}","name":${JSON.stringify(image)}},` +
    `"name":${JSON.stringify(name)},"runtime":"DOCKER","sf_privileged":false},`
  );
}

/** What a rule of the sensor says of a record: such records are written a second time, with this. */
export interface SysflowAlert {
  readonly reason: string;
  readonly severity: number;
  readonly tags: readonly string[];
}

/** One ECS document as sf-processor writes it; field order included. */
export function sysflowDocument(
  action: {
    readonly action: string;
    readonly category: string;
    readonly type: string;
    readonly sfType: string;
    readonly ret?: number;
  },
  time: SimulatedTime,
  end: SimulatedTime,
  place: string,
  process: LinuxProcess,
  own: string,
  alert?: SysflowAlert,
): string {
  const start = sysflowTime(time);
  const rule = alert === undefined ? '' : `"reason":${JSON.stringify(alert.reason)},"severity":${alert.severity},`;
  const ret = action.ret === undefined ? '' : `"sf_ret":${action.ret},`;
  const tags = alert === undefined ? '' : `,"tags":${JSON.stringify(alert.tags)}`;
  return (
    `{"@timestamp":"${start}",${AGENT}"event":{"action":"${action.action}","category":"${action.category}",` +
    `"duration":${Math.round((end - time) * 1e6)},"end":"${end === time ? start : sysflowTime(end)}","kind":"event",${rule}` +
    `${ret}"sf_type":"${action.sfType}","start":"${start}","type":"${action.type}"},${place}${own}${process.json}${tags}}\n`
  );
}

export const PROCESS_START = { action: 'process-start', category: 'process', type: 'start', sfType: 'PE' } as const;
export const PROCESS_EXIT = { action: 'process-exit', category: 'process', type: 'exit', sfType: 'PE' } as const;
export const FILE_READ = { action: 'file-access-read', category: 'file', type: 'access', sfType: 'FF' } as const;
export const FILE_WRITE = { action: 'file-access-write', category: 'file', type: 'change', sfType: 'FF' } as const;
export const FILE_ACCESS = { action: 'file-access', category: 'file', type: 'access', sfType: 'FF' } as const;
export const NETWORK_FLOW = {
  action: 'network-connection-traffic',
  category: 'network',
  type: 'connection',
  sfType: 'NF',
} as const;

/** `"file":{…},` */
export function sysflowFile(path: string): string {
  const slash = path.lastIndexOf('/');
  return `"file":{"directory":${JSON.stringify(path.slice(0, slash) || '/')},"name":${JSON.stringify(path.slice(slash + 1))},"path":${JSON.stringify(path)},"type":"file"},`;
}

/** `"sf_file_action":{…},`: counters are doubled, as the real encoder doubles them. */
export function sysflowFileCounters(read: number, written: number): string {
  return `"sf_file_action":{"bytes_read":${read * 2},"bytes_written":${written * 2},"read_ops":${read > 0 ? 2 : 0},"write_ops":${written > 0 ? 2 : 0}},`;
}

/** `"network":{…},"source":{…},"destination":{…},`: counters doubled likewise. */
export function sysflowNetwork(
  source: string,
  sourcePort: number,
  destination: string,
  destinationPort: number,
  written: number,
  read: number,
  community: string,
): string {
  return (
    `"network":{"bytes":${(written + read) * 2},"community_id":"${community}","iana_number":"6","protocol":"tcp"},` +
    `"source":{"address":"${source}","bytes":${written * 2},"ip":"${source}","packets":${4},"port":${sourcePort}},` +
    `"destination":{"address":"${destination}","bytes":${read * 2},"ip":"${destination}","packets":${6},"port":${destinationPort}},`
  );
}
