import type { SaveSink } from '../hunts/run/hunt-saves.ts';
import type { PathContext } from '../tables/table-path.ts';
import { writeTableFile } from '../tables/write-table-file.ts';

/** SAVE into files: paths are relative to the working folder. */
export function tableSink(context: PathContext): SaveSink {
  return { write: (path, table) => writeTableFile(path, table, context) };
}
