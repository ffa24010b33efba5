import { parseElasticUri } from '../../sources/elastic/elastic-uri.ts';
import type { ElasticAccess } from '../sources/elastic-client.ts';
import { stixShifterSources } from './stixshifter-sources.ts';

/** A source that Kestrel's variables define, and how it is reached. */
export interface ShifterSource {
  readonly name: string;
  readonly indices: readonly string[];
  readonly access: ElasticAccess;
}

/** Sources of `STIXSHIFTER_…` over Elasticsearch. Throws `UsageError` `config-stixshifter`; values are not repeated. */
export function shifterSources(
  env: Readonly<Record<string, string | undefined>>,
  folder: string,
): readonly ShifterSource[] {
  const { sources, elastic } = stixShifterSources(env, folder);
  return [...sources].flatMap(([name, uri]): ShifterSource[] => {
    const config = elastic.get(uri);
    if (config === undefined) return [];
    const { node, index } = parseElasticUri(uri);
    return [{ name, indices: index.split(','), access: { ...config, url: node } }];
  });
}
