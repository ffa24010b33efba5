import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** A state folder has a few hundred files; more are not looked at. */
const MOST_FILES = 10_000;

/** Bytes of the files of a folder, at most every `everyMs` anew. Files that vanish meanwhile count nothing. */
export function folderSize(folder: string, now: () => number, everyMs = 10_000): () => Promise<number> {
  let known: { readonly at: number; readonly size: Promise<number> } | undefined;
  return () => {
    const at = now();
    if (known === undefined || at - known.at >= everyMs || at < known.at) known = { at, size: measure(folder) };
    return known.size;
  };
}

async function measure(folder: string): Promise<number> {
  let bytes = 0;
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  for (const entry of entries.slice(0, MOST_FILES)) {
    if (!entry.isFile()) continue;
    bytes += await stat(join(entry.parentPath, entry.name)).then(
      ({ size }) => size,
      () => 0,
    );
  }
  return bytes;
}
