import type { JsonObject } from '../document-shape.ts';
import { formatTime } from '../time-text.ts';
import { millisOf, nanosOf } from './trace-event.ts';
import type { TraceContainer, TraceFile, TraceHeader, TracePod, TraceProcess } from './trace-entity.ts';

const FILE_TYPES: ReadonlyMap<unknown, string> = new Map([
  ['f', 'file'],
  ['d', 'dir'],
  ['u', 'socket'],
  ['p', 'pipe'],
]);

/** A process and its surroundings as SysFlow's processor puts them into an ECS document. */
export function processDocument(
  process: TraceProcess,
  parent: TraceProcess | undefined,
  container: TraceContainer | undefined,
  pod: TracePod | undefined,
  header: TraceHeader,
): JsonObject {
  return {
    host: { ip: header.ip },
    process: {
      ...processFields(process),
      tty: process.tty,
      entry: process.entry,
      parent: parent === undefined ? undefined : processFields(parent),
    },
    user: {
      id: process.uid,
      name: process.userName,
      group: { id: process.gid, name: process.groupName },
    },
    container: container === undefined ? undefined : containerFields(container),
    pod: pod === undefined ? undefined : { ...pod, nodename: pod.nodeName },
    orchestrator:
      pod === undefined
        ? undefined
        : { namespace: pod.namespace, resource: { name: pod.name, type: 'pod' }, type: 'kubernetes' },
  };
}

function processFields(process: TraceProcess): JsonObject {
  const { createHigh, createLow, exe, args } = process;
  return {
    pid: process.hpid,
    start: formatTime(millisOf(createHigh, createLow), nanosOf(createHigh, createLow)),
    executable: unquoted(exe),
    name: unquoted(lastPart(exe)),
    args: unquoted(args),
    command_line: unquoted(`${exe} ${args}`),
  };
}

function containerFields(container: TraceContainer): JsonObject {
  const { imageId, image } = container;
  return {
    id: container.id,
    name: container.name,
    runtime: container.runtime,
    sf_privileged: container.privileged,
    ...(imageId === '' ? {} : { image: { id: imageId, name: image } }),
  };
}

/** What a record says of its file, and of the file that it was linked or renamed to. */
export function fileDocument(
  file: TraceFile,
  symlink: boolean,
  openAs: string,
  target: string | undefined,
): JsonObject {
  const type = symlink ? 'symlink' : (FILE_TYPES.get(file.type) ?? 'unknown');
  const path = pathOf(file, openAs);
  const place = type === 'dir' ? { directory: path } : { path, name: lastPart(path), directory: directoryOf(path) };
  return { file: { type, ...place, target_path: target === '' ? undefined : target } };
}

/** A file without a path is known by the descriptor that its process has it open as. */
export function pathOf(file: TraceFile, openAs: string): string {
  return file.path === '' ? openAs : file.path;
}

/** Kernel addresses of both ends that the collector puts before the path of a Unix socket. */
const SOCKET_ENDS = /^[0-9a-f]{1,16}-(?:>|\\u003e)[0-9a-f]{1,16} +(\S+)/iu;

/** The path of a file record as the processor gives it. */
export function plainPath(path: string): string {
  return unquoted(SOCKET_ENDS.exec(path)?.[1] ?? path);
}

/** The processor takes one quotation mark off either end of a text, paired or not. Equal entities need equal texts. */
function unquoted(text: string): string {
  return text.replace(/^["']/u, '').replace(/["']$/u, '');
}

/** As Go's path.Base: trailing slashes do not count, and the base name of nothing is a dot. */
function lastPart(path: string): string {
  if (path === '') return '.';
  const end = lengthWithoutSlashes(path);
  return end === 0 ? '/' : path.slice(path.lastIndexOf('/', end - 1) + 1, end);
}

/** As Go's path.Dir of a path that is clean already. */
function directoryOf(path: string): string {
  const cut = path.lastIndexOf('/');
  if (cut < 0) return '.';
  return cut === 0 ? '/' : path.slice(0, cut);
}

function lengthWithoutSlashes(path: string): number {
  let end = path.length;
  while (end > 0 && path.charCodeAt(end - 1) === 47) end--;
  return end;
}
