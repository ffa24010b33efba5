import type { SessionHunt } from './session-options.ts';

type ByName = ReadonlyMap<string, number>;

/**
 * Retentions by the names that hunts have for their sources, or by a place, as retentions of these sources. Two names of one
 * source: the longer time, as something reads it that is to look back so far.
 */
export function sourceRetention(byName: ByName | undefined, hunts: readonly SessionHunt[]): ByName | undefined {
  if (byName === undefined) return undefined;
  const bySource = new Map<string, number>();
  for (const [name, id] of namesOf(hunts)) {
    const ms = byName.get(name);
    if (ms !== undefined) bySource.set(id, Math.max(ms, bySource.get(id) ?? 0));
  }
  return bySource.size === 0 ? undefined : bySource;
}

/** Names with a retention of their own that no hunt reads by. */
export function unreadRetentions(byName: ByName | undefined, hunts: readonly SessionHunt[]): string[] {
  const read = new Set(namesOf(hunts).map(([name]) => name));
  return [...(byName?.keys() ?? [])].filter((name) => !read.has(name));
}

/** Every name of a source, with its id: as written after FROM, without its scheme, and the place itself. */
function namesOf(hunts: readonly SessionHunt[]): [string, string][] {
  return hunts.flatMap(({ sources }) =>
    [...sources].flatMap(([uri, { id }]) =>
      [uri, uri.replace(/^stixshifter:\/\//, ''), id].map((name): [string, string] => [name, id]),
    ),
  );
}
