import { statfs } from 'node:fs/promises';
import type { DiskSpace } from '../hunts/limits/disk-guard.ts';
import { folderSize } from '../server/folder-size.ts';

/**
 * Measures the disk that a folder lies on. Its own size is summed up only where it is asked for, as that looks at every
 * file, and is at most 10 s old.
 */
export function diskSpace(folder: string, now: () => number, withSize: boolean): () => Promise<DiskSpace> {
  const size = folderSize(folder, now);
  return async () => {
    const { bavail, bsize } = await statfs(folder);
    return { free: bavail * bsize, used: withSize ? await size() : 0 };
  };
}
