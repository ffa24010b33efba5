import { access, constants, stat, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { StateFolder } from '../../../hunts/state/state-folder.ts';
import { failed, ok, problem, warning, type Check, type Told } from './finding.ts';

const MIB = 1024 * 1024;
const LITTLE_BYTES = 1024 * MIB;
const TOO_LITTLE_BYTES = 100 * MIB;

/** The state folder: there or makeable, writable, of our version, free, with room. Makes nothing. */
export function stateCheck(path: string, now: () => number): Check {
  return {
    name: `state ${path}`,
    run: async (tell) => {
      const there = await stat(path).catch(() => undefined);
      if (there !== undefined && !there.isDirectory()) {
        tell(problem('it is no folder', 'Name a folder.', 'state-not-a-folder'));
        return;
      }
      const nearest = there === undefined ? await existing(dirname(path)) : path;
      await tellFolder(nearest, tell);
      if (there === undefined) tell(ok('not there yet: the first run makes it'));
      else await tellStore(path, now, tell);
    },
  };
}

/** A folder that alerts are written into. */
export function folderCheck(name: string, path: string): Check {
  return { name, run: async (tell) => tellFolder(await existing(dirname(path)), tell) };
}

async function tellFolder(folder: string, tell: (told: Told) => void): Promise<void> {
  const isWritable = await access(folder, constants.W_OK).then(
    () => true,
    () => false,
  );
  if (!isWritable)
    tell(problem(`${folder} may not be written to`, 'Give the user of the engine the right, or name another place.'));
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  const size = `${Math.floor(free / MIB).toLocaleString('en')} MiB free`;
  if (free < TOO_LITTLE_BYTES) tell(problem(size, 'Make room, or name a place on another disk.'));
  else if (free < LITTLE_BYTES) tell(warning(size, 'State grows with the entities of the retention: make room.'));
  else if (isWritable) tell(ok(`writable, ${size}`));
}

async function tellStore(path: string, now: () => number, tell: (told: Told) => void): Promise<void> {
  const isState = await stat(join(path, 'CURRENT')).then(
    () => true,
    () => false,
  );
  if (!isState) {
    tell(ok('it holds no state yet'));
    return;
  }
  const { RocksStateStore } = await import('../../../store/rocks-state-store.ts');
  try {
    const store = await RocksStateStore.open(path);
    try {
      await StateFolder.open(store, now());
      tell(ok('of this version, and not in use'));
    } finally {
      await store.close();
    }
  } catch (error) {
    const told = failed(error);
    // A run that goes on is no problem.
    tell(told.code === 'state-locked' ? ok('in use by a run') : told);
  }
}

async function existing(folder: string): Promise<string> {
  const isThere = await stat(folder).then(
    () => true,
    () => false,
  );
  return isThere || dirname(folder) === folder ? folder : existing(dirname(folder));
}
