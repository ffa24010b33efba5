import type { ProcessImage } from '../linux/linux-process.ts';
import type { SimulatedTime } from '../simulated-time.ts';

/** What a record is about, in the words of the Elastic Common Schema and in the flags of the trace format. */
export interface SysflowKind {
  readonly action: string;
  readonly category: string;
  readonly type: string;
  readonly sfType: 'PE' | 'FE' | 'FF' | 'NF';
  readonly opFlags: number;
  readonly openFlags?: number;
}

export const PROCESS_CLONE: SysflowKind = {
  action: 'process-start',
  category: 'process',
  type: 'start',
  sfType: 'PE',
  opFlags: 1,
};
export const PROCESS_EXEC: SysflowKind = { ...PROCESS_CLONE, opFlags: 2 };
export const PROCESS_EXIT: SysflowKind = {
  action: 'process-exit',
  category: 'process',
  type: 'exit',
  sfType: 'PE',
  opFlags: 4,
};
/** OPEN, READ, CLOSE; opened for reading. */
export const FILE_READ: SysflowKind = {
  action: 'file-access-read',
  category: 'file',
  type: 'access',
  sfType: 'FF',
  opFlags: 128 | 256 | 1024,
  openFlags: 1,
};
/** OPEN, WRITE, CLOSE; opened for writing, created, truncated. */
export const FILE_WRITE: SysflowKind = {
  action: 'file-access-write',
  category: 'file',
  type: 'change',
  sfType: 'FF',
  opFlags: 128 | 512 | 1024,
  openFlags: 2 | 4 | 256,
};
export const FILE_ACCESS: SysflowKind = {
  action: 'file-access',
  category: 'file',
  type: 'access',
  sfType: 'FF',
  opFlags: 128 | 1024,
  openFlags: 1,
};
export const FILE_DELETE: SysflowKind = {
  action: 'file-delete',
  category: 'file',
  type: 'deletion',
  sfType: 'FE',
  opFlags: 1 << 18,
};
export const FILE_RENAME: SysflowKind = {
  action: 'file-rename',
  category: 'file',
  type: 'change',
  sfType: 'FE',
  opFlags: 1 << 20,
};
/** CONNECT, RECV, SEND, CLOSE: the process is the client. */
export const CLIENT_FLOW: SysflowKind = {
  action: 'network-connection-traffic',
  category: 'network',
  type: 'connection',
  sfType: 'NF',
  opFlags: 64 | 256 | 512 | 1024,
};
/** ACCEPT instead of CONNECT: the process is the server. No ECS document tells. */
export const SERVER_FLOW: SysflowKind = { ...CLIENT_FLOW, opFlags: 32 | 256 | 512 | 1024 };

/** Bytes and calls as counted, not doubled. */
export interface SysflowCounters {
  readonly readBytes: number;
  readonly writtenBytes: number;
  readonly reads: number;
  readonly writes: number;
}

export interface SysflowConnection {
  readonly source: string;
  readonly sourcePort: number;
  readonly destination: string;
  readonly destinationPort: number;
}

/** What a rule of the sensor says of a record: such records are written a second time, with this. */
export interface SysflowAlert {
  readonly reason: string;
  readonly severity: number;
  readonly tags: readonly string[];
}

/** One event or flow; times by the clock of its host. */
export interface SysflowRecord {
  readonly kind: SysflowKind;
  readonly time: SimulatedTime;
  readonly end: SimulatedTime;
  /** The process as it was at that moment. */
  readonly image: ProcessImage;
  /** Of events. */
  readonly ret: number | undefined;
  readonly path: string | undefined;
  /** Of a rename: what the file is called then. */
  readonly target: string | undefined;
  readonly counters: SysflowCounters | undefined;
  readonly connection: SysflowConnection | undefined;
}
