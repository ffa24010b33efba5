import type { SaveSink } from '../hunts/run/hunt-saves.ts';
import { removeAbandoned } from '../tables/saving-file.ts';
import { writablePath, type PathContext } from '../tables/table-path.ts';
import { writeTableFile } from '../tables/write-table-file.ts';

/** SAVE into files: paths are relative to the working folder. What killed processes left beside a file goes with its first writing. */
export function tableSink(context: PathContext & { readonly now: () => number }): SaveSink {
  const written = new Set<string>();
  return {
    write: async (path, table) => {
      await writeTableFile(path, table, context);
      if (written.has(path)) return;
      written.add(path);
      await removeAbandoned(writablePath(path, context), context.now());
    },
  };
}
