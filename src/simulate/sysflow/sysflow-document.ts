import { flatText } from '../flat-text.ts';
import { nanosBetween, sysflowTime } from '../simulated-time.ts';
import { flowCommunityId } from './flow-community-id.ts';
import type { SysflowAlert, SysflowConnection, SysflowCounters, SysflowKind, SysflowRecord } from './sysflow-record.ts';

/** One ECS document as sf-processor writes it; field order included. */
export function sysflowDocument(record: SysflowRecord, alert?: SysflowAlert): string {
  const { kind, time, end, image, ret } = record;
  const head = headOf(kind);
  const start = sysflowTime(time);
  const instant = end === time;
  const own =
    kind.sfType === 'PE' ? '' : kind.sfType === 'NF' ? flowJson(record) : fileJson(record.path ?? '', record.target);
  const counters = kind.sfType === 'FF' ? counterJson(record.counters) : '';
  return (
    `{"@timestamp":"${start}",${head.first}${instant ? 0 : nanosBetween(time, end)},"end":"${instant ? start : sysflowTime(end)}",` +
    `"kind":"event",${alert === undefined ? '' : `"reason":${JSON.stringify(alert.reason)},"severity":${alert.severity},`}` +
    `${ret === undefined ? '' : `"sf_ret":${ret},`}"sf_type":"${kind.sfType}","start":"${start}",${head.last}` +
    `${image.process.place.json}${own}${counters}${image.json}${alert === undefined ? '' : `,"tags":${JSON.stringify(alert.tags)}`}}\n`
  );
}

const HEADS = new Map<SysflowKind, { readonly first: string; readonly last: string }>();

function headOf(kind: SysflowKind): { readonly first: string; readonly last: string } {
  let head = HEADS.get(kind);
  if (head === undefined) {
    head = {
      first: flatText(
        `"agent":{"type":"SysFlow","version":"0.7.0"},"ecs":{"version":"8.2"},` +
          `"event":{"action":"${kind.action}","category":"${kind.category}","duration":`,
      ),
      last: `"type":"${kind.type}"},`,
    };
    HEADS.set(kind, head);
  }
  return head;
}

/** JSON of files that records name again and again. */
const FILES = new Map<string, string>();
const MOST_FILES = 4096;

function fileJson(path: string, target: string | undefined): string {
  if (target !== undefined) return fileFields(path, target);
  let json = FILES.get(path);
  if (json === undefined) {
    json = flatText(fileFields(path, target));
    if (FILES.size >= MOST_FILES) FILES.clear();
    FILES.set(path, json);
  }
  return json;
}

function fileFields(path: string, target: string | undefined): string {
  const slash = path.lastIndexOf('/');
  return (
    `"file":{"directory":${JSON.stringify(path.slice(0, slash) || '/')},"name":${JSON.stringify(path.slice(slash + 1))},` +
    `"path":${JSON.stringify(path)}${target === undefined ? '' : `,"target_path":${JSON.stringify(target)}`},"type":"file"},`
  );
}

/** Counters are doubled, as the real encoder doubles them; none at all are left out. */
function counterJson(counters: SysflowCounters | undefined): string {
  if (counters === undefined) return '';
  const { readBytes, writtenBytes, reads, writes } = counters;
  return (
    `"sf_file_action":{"bytes_read":${readBytes * 2},"bytes_written":${writtenBytes * 2},` +
    `"read_ops":${reads * 2},"write_ops":${writes * 2}},`
  );
}

/** `source.bytes` is what the process wrote, whoever opened the connection. */
function flowJson({ connection, counters }: SysflowRecord): string {
  const { source, sourcePort, destination, destinationPort } = connection as SysflowConnection;
  const { readBytes, writtenBytes, reads, writes } = counters as SysflowCounters;
  const community = flowCommunityId(connection as SysflowConnection);
  return (
    `"network":{"bytes":${(writtenBytes + readBytes) * 2},"community_id":"${community}","iana_number":"6","protocol":"tcp"},` +
    `"source":{"address":"${source}","bytes":${writtenBytes * 2},"ip":"${source}","packets":${writes * 2},"port":${sourcePort}},` +
    `"destination":{"address":"${destination}","bytes":${readBytes * 2},"ip":"${destination}","packets":${reads * 2},"port":${destinationPort}},`
  );
}
