import { isJsonObject, section, type DocumentShape, type JsonObject, type WrittenNumbers } from '../document-shape.ts';
import { formatTime } from '../time-text.ts';
import { communityId } from './community-id.ts';
import { sysflowAction } from './sysflow-actions.ts';
import { SYSFLOW_ECS_SHAPE } from './sysflow-ecs-shape.ts';

const FILE_TYPES: ReadonlyMap<unknown, string> = new Map([
  ['f', 'file'],
  ['d', 'dir'],
  ['u', 'socket'],
  ['p', 'pipe'],
]);
const PROTOCOLS: Readonly<Record<string, string>> = { '-1': '', '1': 'icmp', '6': 'tcp', '17': 'udp' };

/** Only once it is unfolded: the fields of the document itself are others. */
const { looksAt: _looksAt, unusedRules: _unusedRules, ...LIKE_ECS } = SYSFLOW_ECS_SHAPE;

/**
 * The other encoding of SysFlow's processor: one object per record, close to the trace. It says what the ECS documents
 * say and a little more, so it is brought into their form and read like them.
 */
export const SYSFLOW_JSON_SHAPE: DocumentShape = {
  ...LIKE_ECS,
  format: 'sysflow-json',

  fits(document: JsonObject): boolean {
    return (
      'ts' in document &&
      'opflags' in document &&
      typeof document['type'] === 'string' &&
      isJsonObject(document['meta'])
    );
  },

  unfold(document: JsonObject, written: WrittenNumbers): JsonObject | undefined {
    const start = nanoseconds(document['ts'], ['ts'], written);
    // What has no time is refused as that.
    if (start === undefined) return { event: { sf_type: document['type'] } };
    const node = section(document, 'node');
    const own = processOf(section(document, 'proc'), ['proc'], written);
    const parent = isJsonObject(document['pproc']) ? processOf(document['pproc'], ['pproc'], written) : undefined;
    return {
      '@timestamp': timeText(start),
      agent: { type: 'SysFlow' },
      event: eventOf(document, start, written),
      host: { id: node['id'], ip: node['ip'] },
      ...containerOf(document),
      ...podOf(document),
      ...fileOf(document),
      ...networkOf(document),
      ...(isJsonObject(document['proc']) ? { process: { ...own, parent }, user: userOf(document['proc']) } : {}),
      ...(document['tags'] === undefined ? {} : { tags: document['tags'] }),
    };
  },
};

function number(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}

/** The encoder writes an unknown text of a parent as a pair of quotes. */
function textOf(value: unknown): unknown {
  return value === '""' ? undefined : value;
}

/** Nanoseconds since 1970 as digits: they are beyond what a JSON number keeps. */
function nanoseconds(value: unknown, path: readonly string[], written: WrittenNumbers): string | undefined {
  if (typeof value !== 'number') return undefined;
  const digits = Number.isSafeInteger(value) ? String(value) : (written.digits(path) ?? '');
  return /^\d{1,19}$/u.test(digits) ? digits : undefined;
}

/** The same as RFC 3339. */
function timeText(digits: string | undefined): string | undefined {
  return digits === undefined ? undefined : formatTime(Number(digits.slice(0, -6)), Number(digits.slice(-6)));
}

function eventOf(document: JsonObject, start: string, written: WrittenNumbers): JsonObject {
  const recordType = String(document['type']);
  const flow = section(document, 'flow');
  const process = section(document, 'proc');
  const flags = Array.isArray(document['opflags']) ? document['opflags'].map(String) : [];
  const policies = Array.isArray(document['policies']) ? document['policies'].filter(isJsonObject) : [];
  const ended = number(document['endts']) === 0 ? undefined : nanoseconds(document['endts'], ['endts'], written);
  const end = ended ?? start;
  const action = sysflowAction({
    recordType,
    flags,
    thread: process['tid'] !== process['pid'],
    read: number(flow['rops']) > 0 || number(flow['rbytes']) > 0,
    written: number(flow['wops']) > 0 || number(flow['wbytes']) > 0,
  });
  return {
    sf_type: recordType,
    kind: 'event',
    ...action,
    start: timeText(start),
    end: timeText(end),
    duration: Number(BigInt(end) - BigInt(start)),
    sf_opflags: flags,
    ...(recordType === 'PE' || recordType === 'FE' ? { sf_ret: document['ret'] } : {}),
    ...(policies.length === 0
      ? {}
      : {
          reason: policies.map((policy) => String(policy['id'])).join(', '),
          severity: Math.max(...policies.map((policy) => number(policy['priority']))),
        }),
  };
}

function processOf(process: JsonObject, path: readonly string[], written: WrittenNumbers): JsonObject {
  return {
    pid: process['pid'],
    name: textOf(process['name']),
    executable: textOf(process['exe']),
    args: textOf(process['args']),
    command_line: textOf(process['cmdline']),
    tty: process['tty'],
    entry: process['entry'],
    start: timeText(nanoseconds(process['createts'], [...path, 'createts'], written)),
    thread: { id: process['tid'] },
  };
}

function userOf(process: JsonObject): JsonObject {
  return { id: process['uid'], name: process['user'], group: { id: process['gid'], name: process['group'] } };
}

function containerOf(document: JsonObject): JsonObject {
  const container = document['container'];
  if (!isJsonObject(container)) return {};
  const { imageid, image } = container;
  return {
    container: {
      id: container['id'],
      name: container['name'],
      runtime: container['type'],
      sf_privileged: container['privileged'] === 1 || container['privileged'] === true,
      ...(imageid === '' || imageid === undefined ? {} : { image: { id: imageid, name: image } }),
    },
  };
}

function podOf(document: JsonObject): JsonObject {
  const pod = document['pod'];
  if (!isJsonObject(pod)) return {};
  const resource = { name: pod['name'], type: 'pod' };
  return { pod, orchestrator: { namespace: pod['namespace'], resource, type: 'kubernetes' } };
}

function fileOf(document: JsonObject): JsonObject {
  const file = document['file'];
  if (!isJsonObject(file)) return {};
  const flags = Array.isArray(document['opflags']) ? document['opflags'] : [];
  const type = flags.includes('SYMLINK') ? 'symlink' : (FILE_TYPES.get(file['type']) ?? 'unknown');
  const flow = section(document, 'flow');
  const pid = String(section(document, 'proc')['pid']);
  const open = `/proc/${pid}/fd`;
  const named =
    file['path'] === ''
      ? { path: `${open}/${String(file['fd'])}`, name: String(file['fd']), directory: open }
      : { path: file['path'], name: file['name'], directory: file['directory'] };
  const target = file['newpath'] === '' ? undefined : file['newpath'];
  const place = type === 'dir' ? { directory: named.path } : named;
  const counters = [flow['rbytes'], flow['wbytes'], flow['rops'], flow['wops']];
  return {
    file: { type, ...place, target_path: target },
    ...(document['type'] === 'FF' && counters.some((counter) => number(counter) !== 0)
      ? {
          sf_file_action: {
            bytes_read: flow['rbytes'],
            bytes_written: flow['wbytes'],
            read_ops: flow['rops'],
            write_ops: flow['wops'],
          },
        }
      : {}),
  };
}

/** Source counters are those of writing, destination counters those of reading, whatever the direction. */
function networkOf(document: JsonObject): JsonObject {
  const net = document['net'];
  if (!isJsonObject(net)) return {};
  const flow = section(document, 'flow');
  const protocol = String(net['proto']);
  return {
    network: {
      bytes: number(flow['rbytes']) + number(flow['wbytes']),
      community_id: communityId(
        String(net['sip']),
        number(net['sport']),
        String(net['dip']),
        number(net['dport']),
        number(net['proto']),
      ),
      iana_number: protocol,
      protocol: PROTOCOLS[protocol] ?? 'raw',
    },
    source: { ip: net['sip'], port: net['sport'], bytes: flow['wbytes'], packets: flow['wops'] },
    destination: { ip: net['dip'], port: net['dport'], bytes: flow['rbytes'], packets: flow['rops'] },
  };
}
