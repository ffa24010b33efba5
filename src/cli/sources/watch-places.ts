import { stat } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { parseHuntFile } from '../../hunts/hunt-file/hunt-file-parse.ts';
import { parseSourceUri } from '../../sources/source-uri.ts';
import { huntPaths, isHuntFile, readHuntText } from '../load-hunts.ts';

/** A folder to be watched, and which changes below it matter. */
export interface WatchPlace {
  readonly folder: string;
  readonly recursive: boolean;
  /** `name`: path below the folder. */
  readonly matters: (name: string) => boolean;
}

/** What a call reads: whenever any of it changes, the answer may too. */
export interface WatchedCall {
  readonly hunts: readonly string[];
  /** URIs of sources. */
  readonly sources: readonly string[];
  readonly config: string | undefined;
  /** What the call writes itself. */
  readonly written: readonly (string | undefined)[];
}

/** Folders to be watched for a call: its hunts and what they name, its sources, the configuration. */
export async function watchPlaces(call: WatchedCall, cwd: string): Promise<WatchPlace[]> {
  const written = call.written.flatMap((path) => (path === undefined ? [] : [resolve(cwd, path)]));
  const places: WatchPlace[] = [];
  const add = async (path: string, recursive: boolean, counts = (_name: string) => true): Promise<void> => {
    const full = resolve(cwd, path);
    const isFolder = await stat(full).then(
      (info) => info.isDirectory(),
      () => false,
    );
    const folder = isFolder ? full : dirname(full);
    const isWritten = (name: string): boolean => {
      const changed = join(folder, name);
      return written.some((own) => changed === own || changed.startsWith(own + sep));
    };
    const matters = isFolder
      ? (name: string): boolean =>
          counts(name) && !isWritten(name) && !name.split(sep).some((part) => part.startsWith('.'))
      : (name: string): boolean => name === basename(full);
    places.push({ folder, recursive: recursive && isFolder, matters });
  };
  for (const hunt of call.hunts) {
    await add(hunt, true, (name) => isHuntFile(name) || name.endsWith('.hf'));
    for (const path of await namedByHunts(hunt, cwd)) await add(path, false);
  }
  for (const uri of call.sources) {
    const path = filePath(uri);
    if (path !== undefined) await add(withoutGlob(path), /[*?]/.test(path));
  }
  await add(call.config ?? 'windhover.yaml', false);
  return places;
}

/** Huntflows and files of records that hunt files name. What cannot be read names nothing; the run tells why. */
async function namedByHunts(argument: string, cwd: string): Promise<string[]> {
  const named: string[] = [];
  try {
    for (const file of await huntPaths(argument, cwd)) {
      if (!isHuntFile(file)) continue;
      const { hunt } = parseHuntFile(file, await readHuntText(file, cwd));
      if (hunt === undefined) continue;
      const paths = hunt.tests.flatMap(({ records }) => (records.kind === 'file' ? [records.path] : []));
      if (hunt.huntflow.kind === 'file') paths.push(hunt.huntflow.path);
      named.push(...paths.map((path) => relative(cwd, resolve(cwd, dirname(file), path))));
    }
  } catch {
    // A hunt that is gone: its folder is watched for its return.
  }
  return named;
}

/** What is no place of files cannot be watched; what is no source at all is told by the run. */
function filePath(uri: string): string | undefined {
  try {
    const parsed = parseSourceUri(uri);
    return parsed.kind === 'file' ? parsed.path : undefined;
  } catch {
    return undefined;
  }
}

/** The folder that everything a glob matches lies in. */
function withoutGlob(path: string): string {
  return /[*?]/.test(path) ? dirname(path.slice(0, path.search(/[*?]/)) + 'x') : path;
}
