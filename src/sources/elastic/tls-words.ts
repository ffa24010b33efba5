/** Why a TLS connection did not come about, and what helps. */
export interface TlsWords {
  readonly what: string;
  readonly hint: string;
}

/** Texts of Node, OpenSSL and the Elasticsearch client, the narrow ones first. */
const KNOWN: readonly (readonly [RegExp, TlsWords])[] = [
  [
    /fingerprint/iu,
    {
      what: 'the certificate has another fingerprint',
      hint: 'Give the SHA-256 of the certificate of the CA (fingerprint:, WINDHOVER_ELASTIC_FINGERPRINT), or its file with ca:.',
    },
  ],
  [
    /has expired|CERT_HAS_EXPIRED/iu,
    {
      what: 'the certificate of the server has expired',
      hint: 'Renew it on the server; if it has not expired, the clock of this machine is wrong.',
    },
  ],
  [
    /not yet valid|CERT_NOT_YET_VALID/iu,
    {
      what: 'the certificate of the server is not valid yet',
      hint: 'Compare the clocks of this machine and of the server.',
    },
  ],
  [
    /altnames|ALTNAME/iu,
    {
      what: 'the certificate is one of another host',
      hint: 'Write the host as the certificate names it, have one made for this name, or give its fingerprint.',
    },
  ],
  [
    /wrong version number|packet length too long|unexpected message|record layer|http request/iu,
    {
      what: 'what answers does not speak TLS',
      hint: 'Write http:// (elastic+http:// as a source) where the server has no TLS, or check the port.',
    },
  ],
  [
    /certificate required|bad certificate|unknown ca|handshake failure/iu,
    {
      what: 'the server breaks off the handshake',
      hint: 'It may want a certificate of the client, which is not supported, or other versions of TLS.',
    },
  ],
  [
    /certificate|self.signed|CERT_|UNABLE_TO_|ERR_TLS|ERR_SSL|ERR_OSSL|EPROTO|SSL routines|PEM/iu,
    {
      what: 'the certificate of the server is not trusted',
      hint: 'Name the certificate of its CA (ca:, WINDHOVER_ELASTIC_CA) or the fingerprint of that (fingerprint:, WINDHOVER_ELASTIC_FINGERPRINT); selfSignedCert in STIXSHIFTER_…_CONNECTION.',
    },
  ],
];

/** `THREAD:error:CODE:library:function:reason:file:line:`, ended by a `\\n` that is written out. */
const OPENSSL = /(?:[0-9A-F]+:)?error:[0-9A-F]+:[^:]*:[^:]*:([^:]+):[^:\s]*:\d+:(?:\\n|\s)*/gu;

/** What OpenSSL says, without where in its source it says so. */
export function tlsReason(reason: string): string {
  return reason.replaceAll(OPENSSL, '$1');
}

/** `undefined`: the text does not speak of TLS. */
export function tlsWords(reason: string): TlsWords | undefined {
  return KNOWN.find(([pattern]) => pattern.test(reason))?.[1];
}
