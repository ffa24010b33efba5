import type { TraceContainer, TraceFile, TraceHeader, TracePod, TraceProcess, TraceProcessId } from './trace-entity.ts';
import { plainPath } from './trace-documents.ts';
import { FILE_ID_BYTES } from './trace-event-reader.ts';

type Fields = Readonly<Record<string, unknown>>;

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function optional(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function whole(value: unknown, otherwise: number): number {
  return typeof value === 'number' || typeof value === 'bigint' ? Number(value) : otherwise;
}

export function readHeader(fields: Fields): TraceHeader {
  return { exporter: text(fields['exporter']), ip: text(fields['ip']) };
}

export function readContainer(fields: Fields): TraceContainer {
  return {
    id: text(fields['id']),
    name: text(fields['name']),
    image: text(fields['image']),
    imageId: text(fields['imageid']),
    runtime: text(fields['type']).replace(/^CT_/u, ''),
    privileged: fields['privileged'] === true,
    podId: optional(fields['podId']),
  };
}

export function readPod(fields: Fields): TracePod {
  return {
    id: text(fields['id']),
    name: text(fields['name']),
    nodeName: text(fields['nodeName']),
    namespace: text(fields['namespace']),
  };
}

export function readProcess(fields: Fields): TraceProcess {
  const id = readProcessId(fields['oid']);
  return {
    createHigh: id?.createHigh ?? 0,
    createLow: id?.createLow ?? 0,
    hpid: id?.hpid ?? 0,
    parentId: readProcessId(fields['poid']),
    exe: text(fields['exe']),
    args: text(fields['exeArgs']),
    uid: whole(fields['uid'], -1),
    gid: whole(fields['gid'], -1),
    userName: text(fields['userName']),
    groupName: text(fields['groupName']),
    tty: fields['tty'] === true,
    entry: typeof fields['entry'] === 'boolean' ? fields['entry'] : undefined,
    containerId: optional(fields['containerId']),
    cells: undefined,
  };
}

function readProcessId(value: unknown): TraceProcessId | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { createTS, hpid } = value as Fields;
  if (typeof createTS !== 'number' && typeof createTS !== 'bigint') return undefined;
  const created = BigInt(createTS);
  return {
    createHigh: Number(created >> 32n),
    createLow: Number(created & 0xffff_ffffn),
    hpid: whole(hpid, 0),
  };
}

/** The id is a copy of its own: file ids are compared byte by byte. */
export function readFile(fields: Fields): { readonly id: Buffer; readonly file: TraceFile } {
  const id = fields['oid'];
  return {
    id: Buffer.isBuffer(id) && id.length === FILE_ID_BYTES ? id : Buffer.alloc(FILE_ID_BYTES),
    file: {
      type: String.fromCharCode(whole(fields['restype'], 63)),
      path: plainPath(text(fields['path'])),
      cells: undefined,
    },
  };
}
