import { readFile } from 'node:fs/promises';
import { UsageError } from '../../errors/windhover-error.ts';

const CERTIFICATE = /-----BEGIN (?:TRUSTED |X509 )?CERTIFICATE-----/u;

/** The certificate of a CA. Throws `UsageError` (`elastic-ca`). */
export async function caCertificate(path: string): Promise<string> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    throw caProblem(`${path}: the certificate of the CA cannot be read`, cause);
  }
  // A file of something else would end as a server that is not trusted.
  if (!CERTIFICATE.test(text)) throw caProblem(`${path}: holds no certificate in PEM`);
  return text;
}

function caProblem(message: string, cause?: unknown): UsageError {
  return new UsageError(
    'elastic-ca',
    message,
    'Name a PEM file that you may read (ca:, or WINDHOVER_ELASTIC_CA).',
    cause,
  );
}
