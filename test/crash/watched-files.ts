import { statSync } from 'node:fs';
import { open, stat, type FileHandle } from 'node:fs/promises';

/** By inode: bytes of files that `datasync` has brought to the disk, as far as a power cut of these tests is concerned. */
const synced = new Map<number, number>();
/** Inode of the file whose next write finds the disk full, and whose next cut fails. */
let failing: { readonly ino: number; readonly at: 'write' | 'truncate' } | undefined;
let isWatching = false;

/**
 * Takes the place of `datasync`, `write` and `truncate` for all files of this process from now on: what is synced is noted,
 * and not waited for; writes may fail. `path`: the file that is looked at; of an empty one nothing is synced, whatever had
 * its inode before.
 */
export async function watchFiles(path: string): Promise<void> {
  const { ino, size } = await stat(path);
  if (size === 0) synced.delete(ino);
  if (isWatching) return;
  isWatching = true;
  const file = await open(path, 'r');
  const prototype = Object.getPrototypeOf(file) as FileHandle;
  await file.close();
  // oxlint-disable-next-line unbound-method
  const { write, truncate } = prototype as unknown as Record<
    'write' | 'truncate',
    (...args: unknown[]) => Promise<unknown>
  >;
  prototype.datasync = async function (this: FileHandle): Promise<void> {
    const { ino, size } = await this.stat();
    synced.set(ino, size);
  };
  const fails = async (file: FileHandle, at: 'write' | 'truncate'): Promise<boolean> =>
    failing !== undefined && failing.at === at && failing.ino === (await file.stat()).ino;
  const watched = {
    async write(
      this: FileHandle,
      bytes: Uint8Array,
      offset: number,
      length: number,
      position: number,
    ): Promise<unknown> {
      if (!(await fails(this, 'write'))) return write.call(this, bytes, offset, length, position);
      await write.call(this, bytes, offset, length >> 1, position);
      failing = { ino: failing!.ino, at: 'truncate' };
      throw new Error('no space left on device');
    },
    async truncate(this: FileHandle, length: number): Promise<unknown> {
      if (!(await fails(this, 'truncate'))) return truncate.call(this, length);
      failing = undefined;
      throw new Error('no space left on device');
    },
  };
  Object.assign(prototype, watched);
}

/** Whole lines, and a part of one, stay of the next write to this file, as a disk that fills up may keep them. */
export function failNextWrite(path: string): void {
  failing = { ino: statSync(path).ino, at: 'write' };
}

/** How much of the file outlives a power cut, bytes. */
export function syncedBytes({ ino, size }: { readonly ino: number; readonly size: number }): number {
  return Math.min(synced.get(ino) ?? 0, size);
}
