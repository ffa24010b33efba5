import { SourceError } from '../../errors/windhover-error.ts';
import type { ElasticFailure } from './elastic-gateway.ts';

const SHOWN = 300;
const TLS = /certificate|self.signed|CERT_|SSL|TLS|EPROTO|fingerprint/iu;

/** A failed call as an error that names place, cause and remedy. `similar`: an index that may have been meant. */
export function elasticProblem(failure: ElasticFailure, place: string, similar?: string): SourceError {
  const { status, type, kind } = failure;
  const text = failure.message.length > SHOWN ? `${failure.message.slice(0, SHOWN)}…` : failure.message;
  const tell = (code: string, what: string, hint: string, retriable = false): SourceError =>
    new SourceError(code, `${place}: ${what}`, { hint, retriable, cause: failure });
  if (status === 401) {
    return tell(
      'elastic-credentials',
      'the server refuses the credentials',
      'Give an API key (WINDHOVER_ELASTIC_API_KEY, or api_key: in the configuration), or user name and password; the key may have expired.',
    );
  }
  if (status === 403) {
    return tell(
      'elastic-permission',
      `a privilege is missing: ${text}`,
      'Grant the index privileges read and view_index_metadata on these indices.',
    );
  }
  if (kind !== 'lasting') {
    return tell(
      'elastic-unreachable',
      `no usable answer for too long: ${text}`,
      'Check address, port and health of the cluster; the same call may succeed later.',
      true,
    );
  }
  if (type === 'ProductNotSupportedError') {
    return tell(
      'elastic-product',
      'what answers is not Elasticsearch',
      'Check address and port, and what proxies in between do.',
    );
  }
  if (status === 404) {
    const hint = similar === undefined ? 'Check the name of the index.' : `Did you mean ${similar}?`;
    return tell('elastic-index', 'there is no such index', hint);
  }
  if (status === 0 && TLS.test(`${type} ${text}`)) {
    return tell(
      'elastic-tls',
      `no TLS connection: ${text}`,
      'Name the certificate of the CA (ca:, WINDHOVER_ELASTIC_CA) or its fingerprint, or write elastic+http where the server has no TLS.',
    );
  }
  if (status === 0 && /ENOTFOUND/u.test(text)) {
    return tell('elastic-address', 'no host of this name', 'Check the address.');
  }
  return tell('elastic-failed', text, 'The server gave this reason.');
}
