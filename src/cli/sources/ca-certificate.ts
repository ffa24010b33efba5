import { readFile } from 'node:fs/promises';
import { UsageError } from '../../errors/windhover-error.ts';

/** The certificate of a CA. Throws `UsageError` (`elastic-file`). */
export async function caCertificate(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new UsageError(
      'elastic-file',
      `${path}: the certificate of the CA cannot be read`,
      'Name a file that you may read.',
      cause,
    );
  }
}
