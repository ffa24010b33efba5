import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { dirname, isAbsolute, relative, resolve } from 'node:path';
import { UsageError } from '../../errors/windhover-error.ts';
import type { HuntFile } from '../../hunts/hunt-file/hunt-file.ts';
import { huntFilesOf } from '../hunt-files-of.ts';
import { loadHunt, MAX_HUNT_BYTES, type LoadedHunt } from '../load-hunts.ts';
import type { TerminalIo } from '../terminal-io.ts';

const GIT_MS = 30_000;

/**
 * What `--against` names, by the id of the hunt it is the older version of: a hunt file or huntflow, a folder of them
 * (found by id), `git:REV` (the same paths at a revision of git) or `git:REV:PATH`. A single hunt may have had another id.
 * Hunts that were not there yet have no older version. Throws `UsageError`.
 */
export async function loadOldVersions(
  against: string,
  hunts: readonly LoadedHunt[],
  io: TerminalIo,
  adapt: (definition: HuntFile) => HuntFile,
): Promise<Map<string, LoadedHunt>> {
  const old = against.startsWith('git:')
    ? await fromGit(against, hunts, io, adapt)
    : await fromFiles(against, io, adapt);
  const [only] = hunts;
  const [single] = old;
  if (hunts.length === 1 && old.length === 1 && only !== undefined && single !== undefined) {
    return new Map([[only.id, single]]);
  }
  const found = new Map<string, LoadedHunt>();
  for (const { id } of hunts) {
    const twin = old.find((each) => each.id === id);
    if (twin !== undefined) found.set(id, twin);
  }
  if (found.size > 0) return found;
  throw new UsageError(
    'against-nothing',
    `${against} holds no older version of a hunt of this call`,
    'Older versions are found by the id of the hunt.',
  );
}

async function fromFiles(
  against: string,
  io: TerminalIo,
  adapt: (definition: HuntFile) => HuntFile,
): Promise<LoadedHunt[]> {
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
  const loaded: LoadedHunt[] = [];
  for (const file of await huntFilesOf([against], io.cwd)) loaded.push(await loadHunt(file, io, adapt));
  return loaded;
}

async function fromGit(
  against: string,
  hunts: readonly LoadedHunt[],
  io: TerminalIo,
  adapt: (definition: HuntFile) => HuntFile,
): Promise<LoadedHunt[]> {
  const match = /^git:([^:]+)(?::(.+))?$/su.exec(against);
  const [, revision = '', path] = match ?? [];
  if (!/^[^-\s~^:?*[\\\p{Cc}][^\s:?*[\\\p{Cc}]*$/u.test(revision)) {
    throw new UsageError(
      'against-revision',
      `${against} names no revision`,
      'Write git:REV or git:REV:PATH, such as git:HEAD~1 or git:main:hunts/my.hunt.yaml.',
    );
  }
  const prefix = `git:${revision}:`;
  const loaded: LoadedHunt[] = [];
  for (const file of path === undefined ? hunts.map((hunt) => hunt.file) : [path]) {
    const label = `${prefix}${isAbsolute(file) ? relative(io.cwd, file) : file}`;
    const read = (labelled: string): Promise<string> => fileAtRevision(revision, labelled.slice(prefix.length), io.cwd);
    try {
      loaded.push(await loadHunt(label, io, adapt, read));
    } catch (error) {
      // Among several hunts some may be new.
      const isNew = error instanceof UsageError && error.code === 'against-missing' && hunts.length > 1;
      if (!isNew || path !== undefined) throw error;
    }
  }
  return loaded;
}

/** Content of a file as a revision has it. Git is given its arguments one by one: no shell reads them. */
async function fileAtRevision(revision: string, file: string, cwd: string): Promise<string> {
  const path = resolve(cwd, file);
  const object = `${revision}:./${relative(dirname(path), path)}`;
  return new Promise((done, fail) => {
    execFile(
      'git',
      ['-C', dirname(path), 'cat-file', 'blob', object],
      {
        encoding: 'utf8',
        maxBuffer: MAX_HUNT_BYTES,
        timeout: GIT_MS,
        env: { ...process.env, GIT_NO_LAZY_FETCH: '1', GIT_TERMINAL_PROMPT: '0', LC_ALL: 'C' },
      },
      (error, stdout, stderr) => {
        if (error === null) return done(stdout);
        const isAbsent = (error as NodeJS.ErrnoException).code === 'ENOENT';
        const said = stderr.trim().split('\n')[0] ?? '';
        fail(
          new UsageError(
            'against-missing',
            isAbsent
              ? `${file} at ${revision} cannot be read: there is no git here, or no such folder`
              : `git does not give ${file} at ${revision}: ${said === '' ? error.message : said}`,
            'See that the revision is there (a shallow clone has few) and that it has this file.',
            error,
          ),
        );
      },
    );
  });
}
