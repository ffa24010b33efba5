import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { dirname, relative } from 'node:path';
import { UsageError } from '../../errors/windhover-error.ts';
import { MAX_HUNT_BYTES } from '../load-hunts.ts';

const GIT_MS = 30_000;
const MAX_LIST_BYTES = 64 * 1024 * 1024;
const ENVIRONMENT = { GIT_NO_LAZY_FETCH: '1', GIT_TERMINAL_PROMPT: '0', LC_ALL: 'C' };
const HINT =
  'See that the revision is there: a shallow clone has few of them (in CI fetch the whole history, fetch-depth: 0), and a branch of a server is written origin/NAME.';

/** Files as a revision of git has them. Git is given its arguments one by one: no shell reads them. */
export class GitRevision {
  readonly name: string;

  private constructor(name: string) {
    this.name = name;
  }

  /** `place`: a file or folder of the repository, absolute; it need not be there any more. Throws `UsageError`. */
  static async open(revision: string, place: string): Promise<GitRevision> {
    if (!/^[^-\s~^:?*[\\\p{Cc}][^\s:?*[\\\p{Cc}]*$/u.test(revision)) {
      throw new UsageError(
        'against-revision',
        `git:${revision} names no revision`,
        'Write git:REV or git:REV:PATH, such as git:HEAD~1 or git:main:hunts/my.hunt.yaml.',
      );
    }
    try {
      await git(await nearestFolder(place), ['rev-parse', '--verify', `${revision}^{tree}`], MAX_HUNT_BYTES);
    } catch (error) {
      const said = saidBy(error);
      const isUnknown = /Needed a single revision|unknown revision|not a valid object/iu.test(said);
      const why = isUnknown ? 'there is none of that name here' : said;
      throw new UsageError('against-missing', `git does not give the revision ${revision}: ${why}`, HINT, error);
    }
    return new GitRevision(revision);
  }

  /** Content of a file. `path`: absolute. Throws `UsageError` (`against-missing`). */
  async read(path: string, file: string): Promise<string> {
    const base = await nearestFolder(dirname(path));
    try {
      return await git(base, ['cat-file', 'blob', this.#object(base, path)], MAX_HUNT_BYTES);
    } catch (error) {
      throw new UsageError(
        'against-missing',
        `git does not give ${file} at ${this.name}: ${saidBy(error)}`,
        'See that the revision has this file.',
        error,
      );
    }
  }

  /** Files below a folder, relative to it, in name order; undefined where the revision has no such folder. `path`: absolute. */
  async filesBelow(path: string): Promise<readonly string[] | undefined> {
    const base = await nearestFolder(path);
    let listed: string;
    try {
      const object = this.#object(base, path);
      listed = await git(base, ['ls-tree', '-r', '-z', '--full-tree', object], MAX_LIST_BYTES);
    } catch (error) {
      if (typeof (error as { code?: unknown }).code === 'number') return undefined;
      throw new UsageError(
        'against-missing',
        `git does not list ${path} at ${this.name}: ${saidBy(error)}`,
        HINT,
        error,
      );
    }
    // MODE TYPE OBJECT<tab>PATH; what links hold is a path, and no hunt.
    const files = listed.split('\0').filter((line) => /^100\d{3} blob /u.test(line));
    return files.map((line) => line.slice(line.indexOf('\t') + 1)).sort();
  }

  #object(base: string, path: string): string {
    return `${this.name}:./${relative(base, path)}`;
  }
}

/** Folders of an older version may be gone. */
async function nearestFolder(path: string): Promise<string> {
  const found = await stat(path).catch(() => undefined);
  const above = dirname(path);
  return found?.isDirectory() === true || above === path ? path : nearestFolder(above);
}

function git(folder: string, args: readonly string[], maxBuffer: number): Promise<string> {
  return new Promise((done, fail) => {
    const env = { ...process.env, ...ENVIRONMENT };
    execFile(
      'git',
      ['-C', folder, ...args],
      { encoding: 'utf8', maxBuffer, timeout: GIT_MS, env },
      (error, stdout, stderr) => {
        if (error === null) done(stdout);
        else fail(Object.assign(error, { stderr }));
      },
    );
  });
}

function saidBy(error: unknown): string {
  const { code, stderr, message } = error as { code?: unknown; stderr?: string; message: string };
  if (code === 'ENOENT') return 'there is no git here';
  const said = (stderr ?? '').trim().split('\n')[0] ?? '';
  return said === '' ? message : said;
}
