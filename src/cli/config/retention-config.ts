import { entityType, entityTypes } from '../../catalogue/entity-type.ts';
import { nearest } from '../../catalogue/nearest.ts';
import type { RetentionByName } from '../../dataflow/retention.ts';
import { parseDuration } from '../../hunts/hunt-file/hunt-file-duration.ts';
import type { ConfigProblem } from './alert-config.ts';

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
  if (typeof keys === 'string') return { retentionMs: durationMs(keys, [], problem) };
  const all = (key: 'sources' | 'types'): ReadonlyMap<string, number> | undefined => {
    const entries = Object.entries(keys[key] ?? {});
    if (entries.length === 0) return undefined;
    return new Map(entries.map(([name, text]) => [name, durationMs(text, [key, name], problem)]));
  };
  for (const name of Object.keys(keys.types ?? {})) {
    if (entityType(name) !== undefined) continue;
    const types = entityTypes().map(({ type }) => type);
    const similar = nearest(name, types);
    const hint = similar === undefined ? `Types are ${types.join(', ')}.` : `Did you mean ${similar}?`;
    throw problem(['types', name], `no entity has the type ${name}`, hint);
  }
  return {
    retentionMs: keys.default === undefined ? undefined : durationMs(keys.default, ['default'], problem),
    sourceRetentionMs: all('sources'),
    typeRetentionMs: all('types'),
  };
}

function durationMs(text: string, path: readonly string[], problem: ConfigProblem): number {
  const ms = parseDuration(text);
  if (ms !== undefined && ms !== 0) return ms;
  const hint = 'Write a number and a unit: 30s, 5m, 1h, 2d.';
  throw problem(path, `${path.at(-1) ?? 'retention'} is longer than ten years, or no time at all`, hint);
}
