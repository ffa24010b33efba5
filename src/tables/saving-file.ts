import { randomBytes } from 'node:crypto';
import { lstat, opendir, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** A file that was not written to for so long belongs to a process that is gone, ms. */
const ABANDONED_MS = 3_600_000;
const NAME_LENGTH = 100;

/** Where a new table is written before it takes the place of `path`: beside it, under a name that nothing else has. */
export function savingFile(path: string): string {
  return join(dirname(path), `${beginningFor(path)}${randomBytes(6).toString('hex')}.saving`);
}

/**
 * Removes what processes left beside `path` that were killed while they wrote it. A file that was changed within the last
 * hour stays, as another process may be writing it. Never throws: what cannot be removed stays too. `now`: wall clock, ms.
 */
export async function removeAbandoned(path: string, now: number): Promise<void> {
  const folder = dirname(path);
  const beginning = beginningFor(path);
  try {
    for await (const entry of await opendir(folder)) {
      const { name } = entry;
      if (!entry.isFile() || !name.startsWith(beginning)) continue;
      if (!/^[0-9a-f]{12}\.saving$/.test(name.slice(beginning.length))) continue;
      const left = join(folder, name);
      if (now - (await lstat(left)).mtimeMs > ABANDONED_MS) await unlink(left);
    }
  } catch {
    // Garbage that stays hurts nobody.
  }
}

function beginningFor(path: string): string {
  return `.${basename(path).slice(0, NAME_LENGTH)}.`;
}
