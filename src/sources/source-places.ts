import { readdir, stat } from 'node:fs/promises';
import { join, parse, resolve, sep } from 'node:path';
import { SourceError } from '../errors/windhover-error.ts';
import { fileFailure } from './file-failure.ts';
import { globMatcher, isGlob } from './glob-pattern.ts';

/**
 * The files that a path names, in the order they are read: a file itself; the files of a folder; the files that a glob
 * (`*` and `?`, in any part of the path) matches, folders among them opened too. Order is by name, by the bytes of
 * UTF-8. Hidden names and folders within a folder are left out.
 *
 * Throws `SourceError`: `source-missing`, `source-denied`, `source-no-file` where nothing matches.
 */
export async function sourcePlaces(path: string, workingFolder: string): Promise<readonly string[]> {
  const matched = await expand(path);
  const places: string[] = [];
  for (const one of matched) {
    const full = resolve(workingFolder, one);
    const isFolder = await attempt(one, async () => (await stat(full)).isDirectory());
    if (isFolder) places.push(...(await filesOf(one, full)));
    else places.push(one);
  }
  if (places.length > 0) return places;
  throw new SourceError('source-no-file', `${path} names no file`, {
    hint: isGlob(path) ? 'Quote the pattern, and check that it matches.' : 'The folder holds no plain file.',
  });

  async function expand(pattern: string): Promise<readonly string[]> {
    if (!isGlob(pattern) || (await exists(resolve(workingFolder, pattern)))) return [pattern];
    const { root } = parse(pattern);
    let found: readonly string[] = [root];
    const segments = pattern.slice(root.length).split(sep === '\\' ? /[\\/]+/u : /\/+/u);
    for (const segment of segments.filter((one) => one !== '')) {
      if (isGlob(segment)) found = (await Promise.all(found.map((base) => matching(base, segment)))).flat();
      else found = found.map((base) => join(base, segment));
    }
    const present = await Promise.all(
      found.map(async (one) => ((await exists(resolve(workingFolder, one))) ? [one] : [])),
    );
    return present.flat();
  }

  async function matching(base: string, segment: string): Promise<string[]> {
    const matchesSegment = globMatcher(segment);
    try {
      const names = await readdir(resolve(workingFolder, base));
      return names
        .filter(matchesSegment)
        .sort(byBytes)
        .map((name) => join(base, name));
    } catch {
      // What is no folder, or may not be looked into, matches nothing.
      return [];
    }
  }
}

async function filesOf(folder: string, full: string): Promise<string[]> {
  const names = await attempt(folder, () => readdir(full));
  const visible = names.filter((name) => !name.startsWith('.')).sort(byBytes);
  const files: string[] = [];
  for (const name of visible) {
    const place = join(folder, name);
    // Files come and go while a folder is listed: what is gone by now is not there.
    const isFile = await stat(join(full, name)).then(
      (found) => found.isFile(),
      (cause: NodeJS.ErrnoException) => {
        if (cause.code === 'ENOENT') return false;
        throw fileFailure(place, cause);
      },
    );
    if (isFile) files.push(place);
  }
  return files;
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

async function attempt<T>(place: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (cause) {
    throw fileFailure(place, cause);
  }
}

function byBytes(one: string, other: string): number {
  return Buffer.compare(Buffer.from(one), Buffer.from(other));
}
