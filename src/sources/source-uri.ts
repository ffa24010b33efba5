import { UsageError } from '../errors/windhover-error.ts';
import { parseElasticUri, type ElasticAddress } from './elastic/elastic-uri.ts';
import { parseKafkaUri, type KafkaAddress } from './kafka/kafka-uri.ts';

/** Where telemetry comes from, as a call or a huntflow names it. */
export type SourceUri =
  /** File, folder or glob; relative paths are relative to the working folder. */
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'stdin' }
  | ({ readonly kind: 'kafka' } & KafkaAddress)
  | ({ readonly kind: 'elastic' } & ElasticAddress);

const NOT_YET: Readonly<Record<string, { readonly what: string; readonly hint: string }>> = {
  http: { what: 'Bundles from the web are', hint: 'Download the bundle and name the file.' },
  https: { what: 'Bundles from the web are', hint: 'Download the bundle and name the file.' },
  stixshifter: {
    what: 'STIX-shifter data sources are',
    hint: 'Export the data as a STIX bundle or as NDJSON and name the file with --source NAME=PATH.',
  },
};

const KNOWN =
  'file:PATH, stixbundle://PATH, kafka://HOST:PORT,…/TOPIC,…, elastic+https://HOST:PORT/INDEX,… and - (standard input)';

/**
 * Reads `file:PATH`, `file://PATH`, `stixbundle://PATH`, `kafka://HOST:PORT/TOPIC`,
 * `elastic+https://HOST:PORT/INDEX`, `-`, or a plain path. Throws `UsageError`: `source-empty`,
 * `source-not-available` for schemes that are recognised but not served, `source-scheme` for unknown ones.
 */
export function parseSourceUri(uri: string): SourceUri {
  if (uri === '-') return { kind: 'stdin' };
  // One letter before a colon is a Windows drive.
  const scheme = /^([a-z][a-z0-9+.-]+):/iu.exec(uri)?.[1]?.toLowerCase();
  if (scheme === undefined) return fileUri(uri, uri);
  const rest = uri.slice(scheme.length + 1);
  if (scheme === 'file' || scheme === 'stixbundle') return fileUri(rest.replace(/^\/\//u, ''), uri);
  if (scheme === 'kafka') return { kind: 'kafka', ...parseKafkaUri(rest) };
  if (scheme === 'elastic+http' || scheme === 'elastic+https') return { kind: 'elastic', ...parseElasticUri(uri) };
  if (Object.hasOwn(NOT_YET, scheme)) {
    const { what, hint } = NOT_YET[scheme] as { what: string; hint: string };
    throw new UsageError('source-not-available', `${what} not available yet: ${withoutCredentials(uri)}`, hint);
  }
  throw new UsageError(
    'source-scheme',
    `No kind of source is called ${scheme}: ${withoutCredentials(uri)}`,
    `Sources are ${KNOWN}; a path with a colon in it needs file: before it.`,
  );
}

function fileUri(path: string, uri: string): SourceUri {
  if (path === '')
    throw new UsageError('source-empty', `The source ${uri || "''"} names no place`, `Sources are ${KNOWN}.`);
  return { kind: 'file', path };
}

/** Messages end up in logs: what stands before an @ is not repeated. */
function withoutCredentials(uri: string): string {
  return uri.replace(/\/\/[^/@]*@/u, '//…@');
}
