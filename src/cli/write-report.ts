import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { SinkError } from '../errors/windhover-error.ts';

/** Writes a report into a file at once, folders on the way included. `output`: absolute. Throws `SinkError`. */
export async function writeReport(output: string, text: string): Promise<void> {
  const temporary = `${output}.${process.pid}.tmp`;
  try {
    await mkdir(dirname(output), { recursive: true });
    await writeFile(temporary, text, { flag: 'wx' });
    await rename(temporary, output);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') await rm(temporary, { force: true });
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new SinkError('report-unwritable', `The report cannot be written to ${output}: ${reason}`, {
      hint: 'Name a file in a folder that you may write to.',
      cause,
    });
  }
}
