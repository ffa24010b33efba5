import { open, rename, unlink } from 'node:fs/promises';

/** A file that is being written. */
export interface TableFile {
  appendFile(data: string | Uint8Array): Promise<void>;
  chmod(mode: number): Promise<void>;
  /** What was written is on the disk once this is answered. */
  sync(): Promise<void>;
  close(): Promise<void>;
}

/**
 * What SAVE does to the disk. Contract: as `node:fs/promises` has it; each call throws what the file system says. Crashes are
 * tried between these calls, and inside of them.
 */
export interface TableDisk {
  /** A new file; one that is there is refused. */
  open(path: string, mode: number): Promise<TableFile>;
  /** Replaces what `to` names at once. */
  rename(from: string, to: string): Promise<void>;
  unlink(path: string): Promise<void>;
}

export const LOCAL_DISK: TableDisk = { open: (path, mode) => open(path, 'wx', mode), rename, unlink };
