import { isJsonObject, type JsonObject } from './document-shape.ts';

/** What Elasticsearch leaves of a `_source` for a list of paths: objects in lists too, and nothing that came to be empty. */
export function keptFields(source: JsonObject, paths: readonly string[]): JsonObject {
  const kept = keptOf(source, '', paths);
  return isJsonObject(kept) ? kept : {};
}

function keptOf(value: unknown, at: string, paths: readonly string[]): unknown {
  if (paths.some((path) => at === path || at.startsWith(`${path}.`))) return value;
  if (Array.isArray(value)) {
    const kept = value.flatMap((one) => keptOf(one, at, paths) ?? []);
    return kept.length === 0 ? undefined : kept;
  }
  if (!isJsonObject(value)) return undefined;
  const kept = Object.entries(value).flatMap(([name, inner]) => {
    const rest = keptOf(inner, at === '' ? name : `${at}.${name}`, paths);
    return rest === undefined ? [] : [[name, rest] as const];
  });
  return kept.length === 0 ? undefined : Object.fromEntries(kept);
}
