import { sysflowAction, type SysflowAction } from './sysflow-actions.ts';
import type { TraceRecordKind } from './trace-schema.ts';

/** Names of the operation flags by bit; bits 8 and 9 are named otherwise in network flows. */
const FLAGS = [
  'CLONE',
  'EXEC',
  'EXIT',
  'SETUID',
  'SETNS',
  'ACCEPT',
  'CONNECT',
  'OPEN',
  'READ',
  'WRITE',
  'CLOSE',
  'TRUNCATE',
  'SHUTDOWN',
  'MMAP',
  'DIGEST',
  'MKDIR',
  'RMDIR',
  'LINK',
  'UNLINK',
  'SYMLINK',
  'RENAME',
];
const NETWORK_NAMES: Readonly<Record<string, string>> = { READ: 'RECV', WRITE: 'SEND' };

/** Bit of SYMLINK. */
export const SYMLINK_FLAG = 1 << 19;

const MOST = 4096;

/** What the operation flags of a record mean. */
export interface TraceOperation {
  readonly flags: readonly string[];
  readonly action: SysflowAction | undefined;
}

/** Operations by kind and flags, each worked out once. */
export class TraceOperations {
  readonly #known: Readonly<Record<TraceRecordKind, Map<number, TraceOperation>>> = {
    PE: new Map(),
    FE: new Map(),
    FF: new Map(),
    NF: new Map(),
  };

  /** `thread`: by a thread other than the first of its process; `read`, `written`: anything was counted (in flows of files; it says nothing elsewhere). */
  of(kind: TraceRecordKind, opFlags: number, thread: boolean, read: boolean, written: boolean): TraceOperation {
    const known = this.#known[kind];
    const key = (opFlags >>> 0) * 8 + (thread ? 4 : 0) + (read ? 2 : 0) + (written ? 1 : 0);
    let operation = known.get(key);
    if (operation === undefined) {
      const flags = FLAGS.filter((_, bit) => (opFlags >>> bit) & 1).map((name) =>
        kind === 'NF' ? (NETWORK_NAMES[name] ?? name) : name,
      );
      operation = { flags, action: sysflowAction({ recordType: kind, flags, thread, read, written }) };
      // Flags that no collector writes: forgotten rather than kept without bounds.
      if (known.size >= MOST) known.clear();
      known.set(key, operation);
    }
    return operation;
  }
}
