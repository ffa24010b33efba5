import { entityType, entityTypes } from '../../catalogue/entity-type.ts';
import { nearest } from '../../catalogue/nearest.ts';
import type { RetentionByName } from '../../dataflow/retention.ts';
import type { ConfigProblem } from './alert-config.ts';
import { configDuration } from './config-duration.ts';

const KEY = 'retention';

/** What stands under `retention:`: one duration for all, or several by name. */
export type RetentionKeys =
  | string
  | {
      readonly default?: string | undefined;
      readonly sources?: Readonly<Record<string, string>> | undefined;
      readonly types?: Readonly<Record<string, string>> | undefined;
    };

export interface RetentionConfig extends RetentionByName {
  /** Of all that has none of its own; undefined: as the run wants it. */
  readonly retentionMs: number | undefined;
}

/** Reads the retentions. Throws what `problem` makes. */
export function readRetention(keys: RetentionKeys | undefined, problem: ConfigProblem): RetentionConfig {
  if (keys === undefined) return { retentionMs: undefined };
  if (typeof keys === 'string') return { retentionMs: configDuration(keys, [KEY], problem) };
  const all = (key: 'sources' | 'types'): ReadonlyMap<string, number> | undefined => {
    const entries = Object.entries(keys[key] ?? {});
    if (entries.length === 0) return undefined;
    return new Map(entries.map(([name, text]) => [name, configDuration(text, [KEY, key, name], problem)]));
  };
  for (const name of Object.keys(keys.types ?? {})) {
    if (entityType(name) !== undefined) continue;
    const types = entityTypes().map(({ type }) => type);
    const similar = nearest(name, types);
    const hint = similar === undefined ? `Types are ${types.join(', ')}.` : `Did you mean ${similar}?`;
    throw problem([KEY, 'types', name], `no entity has the type ${name}`, hint);
  }
  return {
    retentionMs: keys.default === undefined ? undefined : configDuration(keys.default, [KEY, 'default'], problem),
    sourceRetentionMs: all('sources'),
    typeRetentionMs: all('types'),
  };
}
