import { readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, isAbsolute, join } from 'node:path';
import { makeFolders } from '../../files/make-folders.ts';

/** Lines kept. */
export const MAX_HISTORY_LINES = 1_000;
/** Longer lines are data that was pasted in; they are not kept. */
const MAX_LINE_LENGTH = 4_096;
const MAX_FILE_BYTES = 8 * 1024 * 1024;
/** They would act on the terminal when a line is brought back. */
const CONTROLS = /\p{Cc}/u;

/** Where the history is kept: the user's state folder by the XDG rules; undefined where there is none. */
export function historyPath(env: Readonly<Record<string, string | undefined>>): string | undefined {
  const { XDG_STATE_HOME: state = '', HOME: home = '' } = env;
  if (isAbsolute(state)) return join(state, 'windhover', 'shell-history');
  return isAbsolute(home) ? join(home, '.local', 'state', 'windhover', 'shell-history') : undefined;
}

/** Lines of the history, the latest first; none where the file is missing or too large. */
export async function readHistory(path: string): Promise<string[]> {
  try {
    if ((await stat(path)).size > MAX_FILE_BYTES) return [];
    return bounded((await readFile(path, 'utf8')).split('\n').reverse());
  } catch {
    return [];
  }
}

/** Keeps lines, the latest first, in a file that its owner alone can read. Throws what the file system says. */
export async function writeHistory(path: string, lines: readonly string[]): Promise<void> {
  await makeFolders(dirname(path));
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    await writeFile(
      temporary,
      bounded(lines)
        .toReversed()
        .map((each) => `${each}\n`)
        .join(''),
      { mode: 0o600, flag: 'wx' },
    );
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

function bounded(lines: readonly string[]): string[] {
  const kept = lines.filter((each) => each.trim() !== '' && each.length <= MAX_LINE_LENGTH && !CONTROLS.test(each));
  return kept.slice(0, MAX_HISTORY_LINES);
}
