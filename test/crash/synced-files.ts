import { open, stat, type FileHandle } from 'node:fs/promises';

/** By inode: bytes of files that `datasync` has brought to the disk, as far as a power cut of these tests is concerned. */
const synced = new Map<number, number>();
let isWatching = false;

/**
 * Takes the place of `datasync` for all files of this process from now on: what is synced is noted, and not waited for.
 * `path`: the file that is looked at; of an empty one nothing is synced, whatever had its inode before.
 */
export async function watchSyncs(path: string): Promise<void> {
  const { ino, size } = await stat(path);
  if (size === 0) synced.delete(ino);
  if (isWatching) return;
  isWatching = true;
  const file = await open(path, 'r');
  const prototype = Object.getPrototypeOf(file) as FileHandle;
  await file.close();
  prototype.datasync = async function (this: FileHandle): Promise<void> {
    const { ino, size } = await this.stat();
    synced.set(ino, size);
  };
}

/** How much of the file outlives a power cut, bytes. */
export function syncedBytes({ ino, size }: { readonly ino: number; readonly size: number }): number {
  return Math.min(synced.get(ino) ?? 0, size);
}
