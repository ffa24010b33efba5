import { resolve } from 'node:path';
import { UsageError } from '../errors/windhover-error.ts';
import type { TableFolders } from './table-folders.ts';

const VARIABLE = /\$(?:\{([A-Za-z_]\w*)\}|([A-Za-z_]\w*))/g;
/** What is called so may be a secret, and paths are shown in messages and folders. */
const SECRET = /key|token|secret|passw|credential|_connect|_config/i;

export interface PathContext {
  /** Working folder, absolute: relative paths start there, as in Kestrel. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where LOAD may read and SAVE may write. Absent: anywhere. */
  readonly folders?: TableFolders | undefined;
}

/**
 * The file that a path of LOAD or SAVE means: `file://`, `~/` and variables of the environment undone, relative to the
 * working folder. Throws `UsageError` `table-path` for an unset variable, one that is called like a secret, and a NUL.
 */
export function tablePath(written: string, { cwd, env }: PathContext): string {
  return resolve(cwd, expandedPath(written, env));
}

/**
 * As `tablePath`, for writing: a path through hidden folders, or to a hidden file, is refused. Programs keep their
 * settings there, and a hunt may come from anywhere.
 */
export function writablePath(written: string, { cwd, env }: PathContext): string {
  const path = expandedPath(written, env);
  const hidden = path.split('/').find((name) => name.startsWith('.') && name !== '.' && name !== '..');
  if (hidden !== undefined) throw refused(`${hidden} is hidden`, 'SAVE writes no hidden files: name another folder.');
  return resolve(cwd, path);
}

function expandedPath(written: string, env: PathContext['env']): string {
  if (written.includes('\0')) throw refused('the path holds a NUL character', 'Write the path without it.');
  const path = written.replace(/^file:\/\//i, '').replace(/^~(?=\/|$)/, '$HOME');
  return path.replace(VARIABLE, (_, braced: string | undefined, plain: string | undefined) => {
    const name = braced ?? (plain as string);
    if (SECRET.test(name)) {
      throw refused(`the variable ${name} may hold a secret`, 'Use another variable in paths.');
    }
    const value = Object.hasOwn(env, name) ? env[name] : undefined;
    if (value === undefined) throw refused(`the variable ${name} is not set`, 'Set it, or write the path out.');
    return value;
  });
}

function refused(message: string, hint: string): UsageError {
  return new UsageError('table-path', message, hint);
}
