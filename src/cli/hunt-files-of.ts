import { dirname, resolve } from 'node:path';
import { UsageError } from '../errors/windhover-error.ts';
import { huntflowPath } from '../hunts/hunt-file/huntflow-path.ts';
import { huntPaths, isHuntFile, readHuntText } from './load-hunts.ts';
import { TextEncodingError } from './read-text-file.ts';

/**
 * The files of the hunts that the arguments of a call name. A huntflow that was found in a folder is no hunt of its own if
 * a hunt file of the call names it as its huntflow; one that the call names itself is. Throws `UsageError` where an
 * argument names nothing.
 */
export async function huntFilesOf(hunts: readonly string[], cwd: string): Promise<string[]> {
  const files: { readonly file: string; readonly isLoose: boolean }[] = [];
  for (const argument of hunts) {
    for (const file of await huntPaths(argument, cwd)) {
      files.push({ file, isLoose: file !== argument && !isHuntFile(file) });
    }
  }
  const all = files.map(({ file }) => file);
  if (!files.some(({ isLoose }) => isLoose)) return all;
  const named = await namedHuntflows(all, cwd);
  return files.flatMap(({ file, isLoose }) => (isLoose && named.has(resolve(cwd, file)) ? [] : [file]));
}

/** Full paths of the huntflows that hunt files name, each with the text of the hunt file. */
export async function namedHuntflows(files: readonly string[], cwd: string): Promise<Map<string, string>> {
  const named = new Map<string, string>();
  for (const file of files) {
    if (!isHuntFile(file)) continue;
    const text = await readHuntText(file, cwd).catch((error: unknown) => {
      // It is told when it is loaded.
      if (error instanceof TextEncodingError) return error.text;
      if (error instanceof UsageError) return '';
      throw error;
    });
    const path = huntflowPath(text);
    if (path !== undefined) named.set(resolve(cwd, dirname(file), path), text);
  }
  return named;
}
