import { chmod, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { UsageError } from '../errors/windhover-error.ts';

/**
 * Puts other content into a file at once: whoever reads it sees the old or the new one, whole. Its permissions stay, and
 * a symbolic link stays one. Throws `UsageError` where the file or its folder may not be written to.
 */
export async function replaceFile(path: string, content: string): Promise<void> {
  let temporary: string | undefined;
  try {
    const target = await realpath(path);
    const { mode } = await stat(target);
    temporary = join(dirname(target), `.${basename(target)}.${process.pid}.tmp`);
    await writeFile(temporary, content, { mode: mode & 0o777, flag: 'wx' });
    // The mask of the process takes from the mode of a new file.
    await chmod(temporary, mode & 0o777);
    await rename(temporary, target);
  } catch (cause) {
    if (temporary !== undefined && (cause as NodeJS.ErrnoException).code !== 'EEXIST')
      await rm(temporary, { force: true });
    const hint = 'See that you may write to it and to its folder. It was left as it was.';
    throw new UsageError('file-not-written', `${path} cannot be written`, hint, cause);
  }
}
