import { readFile } from 'node:fs/promises';
import { UsageError } from '../../errors/windhover-error.ts';

/** The certificate of a CA. Throws `UsageError` (`elastic-ca`). */
export async function caCertificate(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new UsageError(
      'elastic-ca',
      `${path}: the certificate of the CA cannot be read`,
      'Name a PEM file that you may read (ca:, or WINDHOVER_ELASTIC_CA).',
      cause,
    );
  }
}
