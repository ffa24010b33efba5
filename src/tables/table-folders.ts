import { realpath } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, sep } from 'node:path';

/** Folders that hunts are confined to, absolute. Absent: any; an empty list: none. */
export interface TableFolders {
  readonly read?: readonly string[] | undefined;
  readonly write?: readonly string[] | undefined;
}

/**
 * The real path of a file, links on the way resolved, if it lies in one of the folders; else undefined. What is not there
 * is judged by the nearest folder above it that is, so that the answer tells nobody what lies outside.
 */
export async function confinedPath(path: string, folders: readonly string[]): Promise<string | undefined> {
  const real = await realPathOf(path);
  for (const folder of folders) {
    const base = await realpath(folder).catch(() => undefined);
    if (base !== undefined && isInside(real, base)) return real;
  }
  return undefined;
}

async function realPathOf(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (cause) {
    const parent = dirname(path);
    if (parent === path) throw cause;
    return join(await realPathOf(parent), basename(path));
  }
}

function isInside(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way !== '' && way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}
