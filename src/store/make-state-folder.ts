import { accessSync, constants } from 'node:fs';
import { stat } from 'node:fs/promises';
import { StateError } from '../errors/windhover-error.ts';
import { makeFolders } from '../files/make-folders.ts';

/**
 * Makes a state folder where it is missing, for its owner only.
 *
 * @throws StateError `state-not-a-folder`; `state-unwritable`: no right to write there
 */
export async function makeStateFolder(dir: string): Promise<void> {
  try {
    await makeFolders(dir);
    if (!(await stat(dir)).isDirectory()) throw notAFolder(dir);
    accessSync(dir, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (cause) {
    if (cause instanceof StateError) throw cause;
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code === 'EEXIST' || code === 'ENOTDIR') throw notAFolder(dir, cause);
    throw new StateError('state-unwritable', `The state folder ${dir} cannot be written: ${message}`, {
      hint: 'Name a folder with --state in which this user may create files.',
      cause,
    });
  }
}

function notAFolder(dir: string, cause?: unknown): StateError {
  return new StateError('state-not-a-folder', `The state path ${dir} is, or lies below, something that is no folder.`, {
    hint: 'Name a folder with --state; it is created when missing.',
    cause,
  });
}
