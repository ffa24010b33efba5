import { constants, type Stats } from 'node:fs';
import { access, open, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { SinkError } from '../errors/windhover-error.ts';
import { PRIVATE_FILE_MODE } from '../files/private-file.ts';
import { makeFolders } from '../files/make-folders.ts';

/** Pieces are joined to about this many characters before they are written. */
const WRITE_LENGTH = 65_536;

/**
 * Whether a report can be written there, as far as it can be known beforehand; nothing is made or changed. `output`: absolute.
 * Throws `SinkError`.
 */
export async function checkReport(output: string): Promise<void> {
  try {
    const before = await stat(output).catch(absent);
    if (before?.isDirectory() === true) throw new Error('it is a folder');
    if (before === undefined || before.isFile()) await checkFolder(dirname(output));
  } catch (cause) {
    throw unwritable(output, cause);
  }
}

/** A folder that is not there yet can be made in the next one above that is. */
async function checkFolder(path: string): Promise<void> {
  const found = await stat(path).catch(absent);
  if (found === undefined) return checkFolder(dirname(path));
  if (!found.isDirectory()) throw new Error(`${path} is no folder`);
  await access(path, constants.W_OK | constants.X_OK);
}

function absent(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}

function unwritable(output: string, cause: unknown): SinkError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new SinkError('report-unwritable', `The report cannot be written to ${output}: ${reason}`, {
    hint: 'Name a file in a folder that you may write to.',
    cause,
  });
}

/**
 * Writes a report into a file at once, folders on the way included. A new file is its owner's only, as it shows
 * telemetry; an existing one keeps its permissions. A device or a pipe in its place is written to, and stays what it is.
 * `output`: absolute. Throws `SinkError`.
 */
export async function writeReport(output: string, pieces: Iterable<string>): Promise<void> {
  const temporary = `${output}.${process.pid}.tmp`;
  let isOurs = false;
  try {
    await makeFolders(dirname(output));
    const before = await stat(output).catch(() => undefined);
    if (before !== undefined && isStream(before)) {
      await writeInto(output, pieces);
      return;
    }
    if (before?.isBlockDevice() === true || before?.isSocket() === true) throw new Error('it is no regular file');
    const file = await open(temporary, 'wx', PRIVATE_FILE_MODE);
    isOurs = true;
    try {
      if (before?.isFile() === true) await file.chmod(before.mode & 0o777);
      for (const text of joinedPieces(pieces)) await file.write(text);
    } finally {
      await file.close();
    }
    await rename(temporary, output);
  } catch (cause) {
    if (isOurs) await rm(temporary, { force: true });
    throw unwritable(output, cause);
  }
}

function isStream(found: Stats): boolean {
  return found.isCharacterDevice() || found.isFIFO();
}

async function writeInto(output: string, pieces: Iterable<string>): Promise<void> {
  // Waiting for a reader that never comes could not be ended: this fails where there is none.
  const reader = await open(output, constants.O_WRONLY | constants.O_NONBLOCK);
  try {
    const file = await open(output, constants.O_WRONLY);
    try {
      for (const text of joinedPieces(pieces)) await file.write(text);
    } finally {
      await file.close();
    }
  } finally {
    await reader.close();
  }
}

/** The same text in fewer pieces. */
export function* joinedPieces(pieces: Iterable<string>): Generator<string> {
  let text = '';
  for (const piece of pieces) {
    text += piece;
    if (text.length < WRITE_LENGTH) continue;
    yield text;
    text = '';
  }
  if (text !== '') yield text;
}
