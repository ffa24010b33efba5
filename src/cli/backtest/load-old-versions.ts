import { stat } from 'node:fs/promises';
import { isAbsolute, join, relative, resolve } from 'node:path';
import { UsageError } from '../../errors/windhover-error.ts';
import type { HuntFile } from '../../hunts/hunt-file/hunt-file.ts';
import { huntFilesOf } from '../hunt-files-of.ts';
import { isHuntFile, loadHunt, type LoadedHunt } from '../load-hunts.ts';
import type { TerminalIo } from '../terminal-io.ts';
import { GitRevision } from './git-revision.ts';

/** What is called now: the arguments of the call, and the hunts that they come to. */
export interface CalledHunts {
  readonly called: readonly string[];
  readonly hunts: readonly LoadedHunt[];
}

export interface OldVersions {
  /** By the id of the hunt that it is the older version of. */
  readonly versions: ReadonlyMap<string, LoadedHunt>;
  /** Hunts that alert and have no newer version: they are gone, or have another id. */
  readonly removed: readonly LoadedHunt[];
  /** Hunts that are beside the older versions, where the call names files only: nobody knows whether they are gone. */
  readonly beside: readonly LoadedHunt[];
}

interface Found {
  readonly hunts: readonly LoadedHunt[];
  /** They are all that there was: what is not among the hunts of the call has been removed. */
  readonly isAll: boolean;
}

type Adapt = (definition: HuntFile) => HuntFile;

/**
 * What `--against` names: a hunt file or huntflow, a folder of them (found by id), `git:REV` (the same files and folders at a
 * revision of git) or `git:REV:PATH`. A single hunt may have had another id. Hunts that were not there yet have no older version.
 * Where folders are compared, what is gone from them is found too. Throws `UsageError`.
 */
export async function loadOldVersions(
  against: string,
  call: CalledHunts,
  io: TerminalIo,
  adapt: Adapt,
): Promise<OldVersions> {
  const { hunts } = call;
  const { hunts: old, isAll } = against.startsWith('git:')
    ? await fromGit(against, call, io, adapt)
    : await fromFiles(against, call, io, adapt);
  const [only] = hunts;
  const [single] = old;
  if (hunts.length === 1 && old.length === 1 && only !== undefined && single !== undefined) {
    return { versions: new Map([[only.id, single]]), removed: [], beside: [] };
  }
  const versions = new Map<string, LoadedHunt>();
  for (const { id } of hunts) {
    const twin = old.find((each) => each.id === id);
    if (twin !== undefined) versions.set(id, twin);
  }
  if (versions.size > 0) {
    const others = removedOf(old, hunts);
    return { versions, removed: isAll ? others : [], beside: isAll ? [] : others };
  }
  throw new UsageError(
    'against-nothing',
    `${against} holds no older version of a hunt of this call`,
    'Older versions are found by the id of the hunt.',
  );
}

/** One that alerts on nothing raised nothing; of one that cannot be parsed nobody knows which it was. */
function removedOf(old: readonly LoadedHunt[], hunts: readonly LoadedHunt[]): LoadedHunt[] {
  const known = new Set(hunts.map(({ id }) => id));
  return old.filter(({ id, file, hunt }) => {
    const isRemoved = !known.has(id) && id !== file && hunt?.alerts.length !== 0;
    known.add(id);
    return isRemoved;
  });
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() ?? false;
}

async function namesFolder({ called }: CalledHunts, cwd: string): Promise<boolean> {
  for (const argument of called) if (await isFolder(resolve(cwd, argument))) return true;
  return false;
}

async function fromFiles(against: string, call: CalledHunts, io: TerminalIo, adapt: Adapt): Promise<Found> {
  const exists = await stat(resolve(io.cwd, against)).then(
    () => true,
    () => false,
  );
  if (!exists) {
    throw new UsageError(
      'against-missing',
      `There is no file ${against} to compare with`,
      `Name a hunt file or a folder; a revision of git is written git:${against}.`,
    );
  }
  const hunts: LoadedHunt[] = [];
  for (const file of await huntFilesOf([against], io.cwd)) hunts.push(await loadHunt(file, io, adapt));
  return { hunts, isAll: (await isFolder(resolve(io.cwd, against))) && (await namesFolder(call, io.cwd)) };
}

async function fromGit(against: string, call: CalledHunts, io: TerminalIo, adapt: Adapt): Promise<Found> {
  const [, name = '', path] = /^git:([^:]*)(?::(.+))?$/su.exec(against) ?? [];
  const places = path === undefined ? call.called : [path];
  const revision = await GitRevision.open(name, resolve(io.cwd, places[0] ?? '.'));
  const files = new Set<string>();
  for (const place of places) {
    const isNamed = path !== undefined;
    const mayBeFolder = isNamed || (await isFolder(resolve(io.cwd, place)));
    const below = mayBeFolder ? await revision.filesBelow(resolve(io.cwd, place)) : undefined;
    const found = below?.filter(isHunt).map((file) => join(place, file));
    for (const file of found ?? (mayBeFolder && !isNamed ? [] : [place])) files.add(file);
  }
  const prefix = `git:${name}:`;
  const hunts: LoadedHunt[] = [];
  for (const file of files) {
    const label = `${prefix}${isAbsolute(file) ? relative(io.cwd, file) : file}`;
    const read = (labelled: string): Promise<string> => {
      const at = labelled.slice(prefix.length);
      return revision.read(resolve(io.cwd, at), at);
    };
    try {
      hunts.push(await loadHunt(label, io, adapt, read));
    } catch (error) {
      // Among several hunts some may be new.
      const isNew = error instanceof UsageError && error.code === 'against-missing' && call.hunts.length > 1;
      if (!isNew || path !== undefined) throw error;
    }
  }
  return { hunts, isAll: await namesFolder(call, io.cwd) };
}

/** As folders are looked through for hunts. */
function isHunt(file: string): boolean {
  return (isHuntFile(file) || file.endsWith('.hf')) && !file.split('/').some((part) => part.startsWith('.'));
}
