import type * as Elastic from '@elastic/elasticsearch';

/** The Elasticsearch client. It is loaded here, so that whoever reads and writes no index does without. */
export function elasticLibrary(): Promise<typeof Elastic> {
  return import('@elastic/elasticsearch');
}
