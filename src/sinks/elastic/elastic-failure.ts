import { maskCredentials } from '../../errors/mask-credentials.ts';
import { SinkError } from '../../errors/windhover-error.ts';

const SHOWN = 300;
const TLS =
  /CERT|SELF_SIGNED|UNABLE_TO_|ERR_TLS|ERR_SSL|ERR_OSSL|EPROTO|certificate|fingerprint|SSL routines|wrong version/iu;

/** No answer from the server, as a `SinkError` that tells what to do. */
export function elasticFailure(cause: unknown, url: string): SinkError {
  const name = cause instanceof Error ? cause.name : '';
  const text = maskCredentials(cause instanceof Error ? cause.message : String(cause)).slice(0, SHOWN);
  const problem = (code: string, message: string, hint: string): SinkError =>
    new SinkError(code, message, { hint, retriable: true, cause });
  if (name === 'ProductNotSupportedError') {
    return problem('elastic-product', `${url} is no Elasticsearch`, 'Check the address; OpenSearch is not supported.');
  }
  if (name === 'TimeoutError') {
    return problem('elastic-timeout', `${url} does not answer in time`, 'See whether the cluster is overloaded.');
  }
  if (/ENOTFOUND|EAI_AGAIN/u.test(text)) {
    return problem('elastic-address', `no host of this name: ${text}`, 'Check the address in the configuration.');
  }
  if (TLS.test(text)) {
    return problem(
      'elastic-tls',
      `no TLS connection to ${url}: ${text}`,
      'Name the certificate of the CA (ca: PATH) or its fingerprint, or write http:// where the server has no TLS.',
    );
  }
  return problem(
    'elastic-unreachable',
    `no answer from ${url}: ${text}`,
    'Check address, port and firewall, and whether the server runs and wants https://.',
  );
}
