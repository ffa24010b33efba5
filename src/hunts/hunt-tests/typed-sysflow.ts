import { formatInstant, type Instant } from '../../catalogue/instant.ts';
import { communityId } from '../../telemetry/sysflow/community-id.ts';
import type { ResolvedRecord } from './resolved-record.ts';
import type { KnownProcess } from './typed-process-book.ts';

interface Action {
  readonly action: string;
  readonly category: string;
  readonly type: string;
  readonly sf_type: 'PE' | 'FE' | 'FF' | 'NF';
}

const process = (action: string, type: string): Action => ({ action, category: 'process', type, sf_type: 'PE' });
const file = (action: string, type: string, sf_type: 'FE' | 'FF'): Action => ({
  action,
  category: 'file',
  type,
  sf_type,
});

const PROCESS_ACTIONS = { start: process('process-start', 'start'), exit: process('process-exit', 'exit') } as const;
/** What SysFlow makes of what happens to a file: it has no creation, only flows that write. */
const FILE_ACTIONS: Readonly<Record<string, Action>> = {
  access: file('file-access', 'access', 'FF'),
  load: file('file-access', 'access', 'FF'),
  read: file('file-access-read', 'access', 'FF'),
  write: file('file-access-write', 'change', 'FF'),
  create: file('file-access-write', 'change', 'FF'),
  rename: file('file-rename', 'change', 'FE'),
  delete: file('file-delete', 'deletion', 'FE'),
};
const CONNECTION: Action = {
  action: 'network-connection-traffic',
  category: 'network',
  type: 'connection',
  sf_type: 'NF',
};

/** The document that SysFlow's processor would write of a record (ECS). */
export function sysflowOf(record: ResolvedRecord): Record<string, unknown> {
  const { typed, time, end, process: actor } = record;
  const action =
    typed.connection !== undefined
      ? CONNECTION
      : typed.file !== undefined
        ? (FILE_ACTIONS[typed.file.action ?? 'write'] as Action)
        : PROCESS_ACTIONS[typed.action ?? 'start'];
  const start = formatInstant(time);
  const alert = typed.tags === undefined ? {} : { reason: 'Test', severity: 3 };
  return {
    '@timestamp': start,
    agent: { type: 'SysFlow', version: '0.7.0' },
    ecs: { version: '8.2' },
    event: {
      ...action,
      kind: 'event',
      start,
      end: formatInstant(end),
      duration: nanosBetween(time, end),
      ...(action.sf_type === 'PE' || action.sf_type === 'FE' ? { sf_ret: 0 } : {}),
      ...alert,
    },
    host: { id: record.host, ip: 'NA' },
    ...containerOf(record),
    ...fileOf(record),
    ...connectionOf(record),
    process: {
      ...programOf(actor),
      thread: { id: actor.pid },
      ...(actor.parent === undefined ? {} : { parent: programOf(actor.parent) }),
    },
    ...(actor.user === undefined ? {} : { user: { name: actor.user, ...(actor.user === 'root' ? { id: 0 } : {}) } }),
    ...(typed.tags === undefined ? {} : { tags: typed.tags }),
  };
}

function programOf({ pid, created, name, executable, commandLine }: KnownProcess): Record<string, unknown> {
  const line = commandLine ?? executable;
  return {
    pid,
    start: formatInstant(created),
    ...(name === undefined ? {} : { name }),
    ...(executable === undefined ? {} : { executable }),
    ...(line === undefined ? {} : { command_line: line, args: line.replace(/^\S+\s*/, '') }),
  };
}

function containerOf({ typed: { container } }: ResolvedRecord): Record<string, unknown> {
  if (container === undefined) return {};
  const { id, name, image } = typeof container === 'string' ? { id: container, name: container } : container;
  return {
    container: {
      id,
      ...(name === undefined ? {} : { name }),
      runtime: 'DOCKER',
      sf_privileged: false,
      ...(image === undefined ? {} : { image: { id: `${id}-image`, name: image } }),
    },
  };
}

function fileOf({ typed }: ResolvedRecord): Record<string, unknown> {
  if (typed.file === undefined) return {};
  const { path, to } = typed.file;
  const slash = path.lastIndexOf('/');
  return {
    file: {
      type: 'file',
      path,
      name: path.slice(slash + 1),
      directory: path.slice(0, slash) || '/',
      ...(to === undefined ? {} : { target_path: to }),
    },
  };
}

/** The processor counts everything of a flow twice, and so do its documents. */
function connectionOf({ typed, source, destination }: ResolvedRecord): Record<string, unknown> {
  if (typed.connection === undefined || source === undefined || destination === undefined) return {};
  const { protocol = 'tcp', bytes_sent: sent = 0, bytes_received: received = 0 } = typed.connection;
  const number = { tcp: 6, udp: 17, icmp: 1 }[protocol];
  const flow = communityId(source.address, source.port, destination.address, destination.port, number);
  return {
    network: {
      protocol,
      iana_number: String(number),
      ...(flow === undefined ? {} : { community_id: flow }),
      bytes: 2 * (sent + received),
    },
    source: { ip: source.address, address: source.address, port: source.port, bytes: 2 * sent },
    destination: {
      ip: destination.address,
      address: destination.address,
      port: destination.port,
      bytes: 2 * received,
    },
  };
}

function nanosBetween(from: Instant, to: Instant): number {
  return (to.ms - from.ms) * 1e6 + (to.ns - from.ns);
}
