import { constants, type Stats } from 'node:fs';
import { lstat, open, type FileHandle } from 'node:fs/promises';
import { WindhoverError, type SourceError } from '../errors/windhover-error.ts';
import type { LoadedTable, LoadFailure } from '../language/loaded-table.ts';
import { readTable } from './read-table.ts';
import { tableError, tableTooLarge } from './table-error.ts';
import { confinedPath } from './table-folders.ts';
import { tableFormat } from './table-format.ts';
import { TABLE_LIMITS } from './table-limits.ts';
import { tablePath, type PathContext } from './table-path.ts';

const REASONS: Readonly<Record<string, readonly [problem: string, hint: string]>> = {
  ENOENT: ['there is no such file', 'Check the path; it is relative to the working folder.'],
  ENOTDIR: ['there is no such file', 'A part of the path is a file, not a folder.'],
  EACCES: ['it may not be read', 'Check the permissions of the file and its folders.'],
  EPERM: ['it may not be read', 'Check the permissions of the file and its folders.'],
  ELOOP: ['it is a link that leads nowhere', 'Check where the symbolic link points.'],
};

/**
 * The table in the file that a LOAD names. What is wrong with the file is in the answer, with the line where it is
 * known; nothing is thrown for it. Only regular files are read: a pipe or a device could keep a hunt waiting. Where the
 * context names folders, only files in them are.
 */
export async function readTableFile(written: string, context: PathContext): Promise<LoadedTable | LoadFailure> {
  try {
    const format = tableFormat(written)?.format;
    if (format === undefined)
      throw tableError(undefined, 'its ending tells no format', 'Supported are .csv, .json, .ndjson.');
    return readTable(await readBytes(tablePath(written, context), context.folders?.read), format);
  } catch (cause) {
    return failureOf(cause);
  }
}

async function readBytes(path: string, folders: readonly string[] | undefined): Promise<Uint8Array> {
  const allowed = folders === undefined ? path : await confinedPath(path, folders);
  if (allowed === undefined) throw outside();
  // Opening a pipe would wait for its writer.
  const file = await open(allowed, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const info = await file.stat();
    if (folders !== undefined) await checkStill(allowed, folders, info);
    if (!info.isFile()) throw tableError(undefined, 'it is no regular file', 'Name a file that holds a table.');
    if (info.size > TABLE_LIMITS.bytes) {
      throw tableTooLarge(`it has ${info.size} bytes; at most ${TABLE_LIMITS.bytes} are read`);
    }
    return await atMost(file, TABLE_LIMITS.bytes);
  } finally {
    await file.close();
  }
}

/** A link may have come into the path between the look and the opening: then another file is open than lies there. */
async function checkStill(path: string, folders: readonly string[], { dev, ino }: Stats): Promise<void> {
  const again = await confinedPath(path, folders);
  const there = again === path ? await lstat(path) : undefined;
  if (there?.dev !== dev || there.ino !== ino) throw outside();
}

function outside(): SourceError {
  return tableError(
    undefined,
    'it lies outside the folders that hunts may read',
    'Put it into one that files.read of the configuration names, or name its folder there.',
  );
}

/** The file may grow while it is read. */
async function atMost(file: FileHandle, limit: number): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let length = 0;
  for (;;) {
    const chunk = Buffer.allocUnsafe(262_144);
    const { bytesRead } = await file.read(chunk, 0, chunk.length, null);
    if (bytesRead === 0) return Buffer.concat(chunks, length);
    length += bytesRead;
    if (length > limit) throw tableTooLarge(`it has more than ${limit} bytes`);
    chunks.push(chunk.subarray(0, bytesRead));
  }
}

function failureOf(cause: unknown): LoadFailure {
  if (cause instanceof WindhoverError) return { kind: 'failure', problem: cause.message, hint: cause.hint };
  const errno = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  const known = Object.hasOwn(REASONS, errno) ? REASONS[errno] : undefined;
  const [problem, hint] = known ?? [
    cause instanceof Error ? cause.message : String(cause),
    'The operating system gave this reason; try to read the file with another program.',
  ];
  return { kind: 'failure', problem, hint };
}
