import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { SinkError } from '../errors/windhover-error.ts';

/** Pieces are joined to about this many characters before they are written. */
const WRITE_LENGTH = 65_536;

/** Writes a report into a file at once, folders on the way included. `output`: absolute. Throws `SinkError`. */
export async function writeReport(output: string, pieces: Iterable<string>): Promise<void> {
  const temporary = `${output}.${process.pid}.tmp`;
  let isOurs = false;
  try {
    await mkdir(dirname(output), { recursive: true });
    const file = await open(temporary, 'wx');
    isOurs = true;
    try {
      for (const text of joinedPieces(pieces)) await file.write(text);
    } finally {
      await file.close();
    }
    await rename(temporary, output);
  } catch (cause) {
    if (isOurs) await rm(temporary, { force: true });
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new SinkError('report-unwritable', `The report cannot be written to ${output}: ${reason}`, {
      hint: 'Name a file in a folder that you may write to.',
      cause,
    });
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
