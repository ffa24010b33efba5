/** How an Elasticsearch server is reached. */
export interface ElasticSettings {
  /** Encoded, or with its id. */
  readonly apiKey?: string | { readonly id: string; readonly key: string } | undefined;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  /** Certificate of the CA, PEM. */
  readonly ca?: string | undefined;
  /** SHA-256 of the CA's certificate. */
  readonly fingerprint?: string | undefined;
  /** The certificate of the server is not verified. */
  readonly insecure?: boolean | undefined;
}
