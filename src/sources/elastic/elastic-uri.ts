import { UsageError } from '../../errors/windhover-error.ts';

/** The indices that an `elastic+http(s)://` URI names. */
export interface ElasticAddress {
  /** `https://host:port`, perhaps with a path of a proxy. */
  readonly node: string;
  /** Indices, patterns, aliases and data streams, as written; patterns may take away what others name. */
  readonly index: string;
}

const FORM = 'Write elastic+https://HOST:PORT/INDEX,….';

/** Reads a URI. Throws `UsageError` (`source-elastic`), without repeating what stands before an @. */
export function parseElasticUri(uri: string): ElasticAddress {
  let url: URL;
  try {
    url = new URL(uri.replace(/^elastic\+/iu, ''));
  } catch {
    throw new UsageError('source-elastic', 'The source is no address of an Elasticsearch server', FORM);
  }
  if (url.username !== '' || url.password !== '') {
    throw new UsageError(
      'source-credentials',
      'An elastic+http(s):// URI holds credentials',
      'Leave them out: set WINDHOVER_ELASTIC_API_KEY, or _USERNAME and _PASSWORD, or write them into the configuration.',
    );
  }
  const [, path = '', last = ''] = /^(.*)\/([^/]*)$/u.exec(url.pathname.replace(/\/+$/u, '')) ?? [];
  const names = decoded(last)
    .split(',')
    .flatMap((name) => name.trim() || []);
  if (names.length === 0) throw new UsageError('source-elastic', `The source ${url.origin} names no index`, FORM);
  const bad = names.find((name) => !/^[^\s"\\/|<>?#A-Z]{1,255}$/u.test(name));
  if (bad !== undefined) throw new UsageError('source-elastic', `${bad} is no name of an index`, FORM);
  return { node: `${url.origin}${path}`, index: names.join(',') };
}

/** The same for the same server and indices. */
export function elasticId({ node, index }: ElasticAddress): string {
  return `elastic+${node}/${index}`;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
