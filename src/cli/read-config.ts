import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { UsageError } from '../errors/windhover-error.ts';
import { parseConfig, type WindhoverConfig } from './config-file.ts';
import type { TerminalIo } from './terminal-io.ts';

const DEFAULT_FILE = 'windhover.yaml';

/** The configuration of a call: `--config FILE`, else windhover.yaml where there is one, else nothing. */
export async function readConfig(file: string | undefined, io: TerminalIo): Promise<WindhoverConfig> {
  const path = resolve(io.cwd, file ?? DEFAULT_FILE);
  let text = '';
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    if (file !== undefined || (cause as NodeJS.ErrnoException).code !== 'ENOENT') {
      throw new UsageError(
        'config-unreadable',
        `The configuration ${file ?? DEFAULT_FILE} cannot be read`,
        'Name a file that you may read.',
        cause,
      );
    }
  }
  return parseConfig(text, { file: file ?? DEFAULT_FILE, folder: dirname(path), env: io.env });
}
