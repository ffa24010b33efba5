import { lstat, open } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { SinkError, WindhoverError } from '../errors/windhover-error.ts';
import { savingFile } from './saving-file.ts';
import { LOCAL_DISK, type TableDisk } from './table-disk.ts';
import { confinedPath } from './table-folders.ts';
import { tableFormat } from './table-format.ts';
import { writablePath, type PathContext } from './table-path.ts';
import { writeTable, type SavedTable } from './write-table.ts';

const CHUNK_LENGTH = 65_536;
const OWNER_ONLY = 0o600;

const REASONS: Readonly<Record<string, readonly [code: string, problem: string, hint: string]>> = {
  ENOENT: ['save-denied', 'its folder does not exist', 'Make the folder; the path is relative to the working folder.'],
  ENOTDIR: ['save-denied', 'a part of the path is no folder', 'Check the path.'],
  EACCES: ['save-denied', 'it may not be written', 'Check the permissions of its folder.'],
  EPERM: ['save-denied', 'it may not be written', 'Check the permissions of its folder.'],
  EROFS: ['save-denied', 'its file system is read-only', 'Name a file elsewhere.'],
  ENOSPC: ['save-full', 'the disk is full', 'Make room; what was saved before is untouched.'],
  EDQUOT: ['save-full', 'the quota of the disk is used up', 'Make room; what was saved before is untouched.'],
};

/**
 * Writes a table to the file that a SAVE names, in the format that its ending tells. The new content replaces the old
 * at once (a file beside it, then renamed), so that nobody ever reads half of it, and a failure leaves the old one.
 * A new file is its owner's only; an existing one keeps its permissions. What is there and is no regular file, or is
 * JSON that is no table, is left alone.
 *
 * Throws `SinkError`: `save-denied`, `save-full`, `save-refused`, `save-failed`.
 */
export async function writeTableFile(
  written: string,
  table: SavedTable,
  context: PathContext,
  disk: TableDisk = LOCAL_DISK,
): Promise<void> {
  try {
    const form = tableFormat(written);
    if (form === undefined) throw refused('its ending tells no format', 'Supported are .csv, .json and .ndjson.');
    const path = await allowedPath(written, context);
    const mode = await replaceableMode(path, form.format === 'json' && !form.isGzip);
    const beside = savingFile(path);
    const text = chunks(writeTable(table, form.format));
    await writeBeside(disk, beside, text, form.isGzip, mode ?? OWNER_ONLY);
    try {
      await disk.rename(beside, path);
    } catch (cause) {
      await disk.unlink(beside).catch(() => undefined);
      throw cause;
    }
  } catch (cause) {
    throw failureOf(cause);
  }
}

/** Everything is written to the real path: a link that comes into the path afterwards leads nowhere. */
async function allowedPath(written: string, context: PathContext): Promise<string> {
  const path = writablePath(written, context);
  const folders = context.folders?.write;
  if (folders === undefined) return path;
  // The last name is not resolved: a link in its place is refused below.
  const folder = await confinedPath(join(dirname(path), 'any'), folders);
  if (folder !== undefined) return join(dirname(folder), basename(path));
  throw refused(
    'it lies outside the folders that hunts may write to',
    'Name one that files.write of the configuration names, or name its folder there.',
  );
}

/** Permissions of the file that would be replaced; undefined where there is none. */
async function replaceableMode(path: string, mustBeArray: boolean): Promise<number | undefined> {
  const info = await lstat(path).catch((cause: unknown) => {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined;
    throw cause;
  });
  if (info === undefined) return undefined;
  if (!info.isFile()) {
    const what = info.isDirectory() ? 'a folder' : info.isSymbolicLink() ? 'a symbolic link' : 'no regular file';
    throw refused(`it is ${what}`, 'SAVE replaces regular files only: name another path.');
  }
  if (mustBeArray && !(await beginsAsArray(path))) {
    throw refused(
      'it holds JSON that is no table',
      'SAVE replaces tables only: name another path, or remove the file.',
    );
  }
  return info.mode & 0o777;
}

async function beginsAsArray(path: string): Promise<boolean> {
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(64), 0, 64, 0);
    const head = buffer.toString('utf8', 0, bytesRead).trimStart();
    return head === '' || head.startsWith('[');
  } finally {
    await file.close();
  }
}

async function writeBeside(
  disk: TableDisk,
  path: string,
  text: Iterable<string>,
  isGzip: boolean,
  mode: number,
): Promise<void> {
  const file = await disk.open(path, mode);
  try {
    const append = async (bytes: AsyncIterable<string | Uint8Array>): Promise<void> => {
      for await (const chunk of bytes) await file.appendFile(chunk);
    };
    if (isGzip) await pipeline(Readable.from(text), createGzip(), append);
    else await pipeline(Readable.from(text), append);
    await file.chmod(mode);
    await file.sync();
    await file.close();
  } catch (cause) {
    await file.close().catch(() => undefined);
    await disk.unlink(path).catch(() => undefined);
    throw cause;
  }
}

function* chunks(pieces: Iterable<string>): Generator<string> {
  let chunk = '';
  for (const piece of pieces) {
    chunk += piece;
    if (chunk.length < CHUNK_LENGTH) continue;
    yield chunk;
    chunk = '';
  }
  if (chunk !== '') yield chunk;
}

function refused(problem: string, hint: string): SinkError {
  return new SinkError('save-refused', problem, { hint });
}

function failureOf(cause: unknown): SinkError {
  if (cause instanceof SinkError) return cause;
  if (cause instanceof WindhoverError) return refused(cause.message, cause.hint);
  const errno = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  const known = Object.hasOwn(REASONS, errno) ? REASONS[errno] : undefined;
  const [code, problem, hint] = known ?? [
    'save-failed',
    cause instanceof Error ? cause.message : String(cause),
    'The operating system gave this reason; try to write the file with another program.',
  ];
  return new SinkError(code, problem, { hint, retriable: code !== 'save-denied', cause });
}
