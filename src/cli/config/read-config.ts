import { dirname, resolve } from 'node:path';
import { UsageError } from '../../errors/windhover-error.ts';
import { parseConfig, parseTableFolders, type ConfigContext, type WindhoverConfig } from './config-file.ts';
import { readTextFile } from '../read-text-file.ts';
import type { TerminalIo } from '../terminal-io.ts';

const DEFAULT_FILE = 'windhover.yaml';
const KIND = { area: 'config', what: 'A configuration', limit: 1024 * 1024 } as const;

/** The configuration of a call: `--config FILE`, else windhover.yaml where there is one, else nothing. */
export async function readConfig(file: string | undefined, io: TerminalIo): Promise<WindhoverConfig> {
  const { text, context } = await readConfigText(file, io);
  return parseConfig(text, context);
}

/** The outside of a command that runs hunts: LOAD and SAVE are confined as the configuration says under `files`. */
export async function confined(io: TerminalIo, file: string | undefined): Promise<TerminalIo> {
  const { text, context } = await readConfigText(file, io);
  return { ...io, folders: parseTableFolders(text, context) };
}

/** Its text, and what it stands in. `found`: there is a file. Throws `UsageError` (`config-unreadable`,
 * `config-too-large`, `config-encoding`). */
export async function readConfigText(
  file: string | undefined,
  io: TerminalIo,
): Promise<{ readonly text: string; readonly context: ConfigContext; readonly found: boolean }> {
  const path = resolve(io.cwd, file ?? DEFAULT_FILE);
  const context = { file: file ?? DEFAULT_FILE, folder: dirname(path), env: io.env };
  try {
    return { text: await readTextFile(path, context.file, KIND), context, found: true };
  } catch (cause) {
    if (file === undefined && (cause as NodeJS.ErrnoException).code === 'ENOENT') {
      return { text: '', context, found: false };
    }
    if (cause instanceof UsageError) throw cause;
    throw new UsageError(
      'config-unreadable',
      `The configuration ${file ?? DEFAULT_FILE} cannot be read`,
      'Name a file that you may read.',
      cause,
    );
  }
}
