import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';

/** Of files that hold telemetry: what stands in a command line is nobody else's business. */
export const PRIVATE_FILE_MODE = 0o600;

/**
 * Opens a file that goes on from run to run; a new one is its owner's only. A symbolic link in its place is refused, as
 * whoever can write to the folder could lead the run to any file of its user with one; so is what is no regular file.
 *
 * `flags`: of `open(2)`, in addition. Throws what the file system says, and an `Error` with the reason.
 */
export async function openPrivateFile(path: string, flags: number): Promise<FileHandle> {
  // Opening a pipe would wait for its reader.
  const safely = constants.O_CREAT | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const file = await open(path, safely | flags, PRIVATE_FILE_MODE).catch((cause: unknown) => {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ELOOP') throw new Error('it is a symbolic link: name the file that it leads to', { cause });
    if (code === 'ENXIO') throw new Error('it is no regular file', { cause });
    throw cause;
  });
  if ((await file.stat()).isFile()) return file;
  await file.close();
  throw new Error('it is no regular file');
}
