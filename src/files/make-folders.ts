import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

/**
 * Makes a folder and those it lies in, as far as they are missing, for their owner only. One after the other: Node's
 * `recursive` tries for ever where a folder that is there takes no new ones, as /proc does. Throws what `mkdir` throws.
 */
export async function makeFolders(dir: string): Promise<void> {
  const path = resolve(dir);
  try {
    await mkdir(path, 0o700);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return;
    const parent = dirname(path);
    if (code !== 'ENOENT' || existsSync(parent)) throw error;
    await makeFolders(parent);
    await makeFolders(path);
  }
}
