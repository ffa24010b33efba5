import { lstat, rename, rm, writeFile } from 'node:fs/promises';
import { SinkError } from '../../errors/windhover-error.ts';
import { PRIVATE_FILE_MODE } from '../../files/private-file.ts';

/** A truth that is there from an earlier call would lie about this one. What is there and is no file is left alone. */
export async function removeTruth(path: string): Promise<void> {
  const before = await lstat(path).catch(() => undefined);
  if (before !== undefined && !before.isFile()) throw unwritable(path, new Error('it is no regular file'), '');
  await rm(path, { force: true }).catch((cause: unknown) => Promise.reject(unwritable(path, cause, '')));
}

/** In one piece. */
export async function writeTruth(path: string, truth: string): Promise<void> {
  const partial = `${path}.partial`;
  try {
    await rm(partial, { force: true });
    await writeFile(partial, truth, { mode: PRIVATE_FILE_MODE, flag: 'wx' });
    await rename(partial, path);
  } catch (cause) {
    await rm(partial, { force: true }).catch(() => {});
    throw unwritable(path, cause, 'The telemetry is whole, its truth is missing. ');
  }
}

export function unwritable(path: string, cause: unknown, state: string): SinkError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new SinkError('simulate-unwritable', `${path} cannot be written: ${reason}`, {
    hint: `${state}Name a place with room that you may write to.`,
    cause,
  });
}
