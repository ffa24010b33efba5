import type { ResolvedSource } from '../sources/source-resolver.ts';
import type { SessionHunt } from './session-options.ts';

/** Hunts that read the same set of sources: they share one graph and one pass. */
export interface ScopePlan {
  readonly sources: readonly ResolvedSource[];
  readonly hunts: readonly SessionHunt[];
}

/** Hunts by the sources they read. */
export function scopesOf(hunts: readonly SessionHunt[]): ScopePlan[] {
  const scopes = new Map<string, { sources: readonly ResolvedSource[]; hunts: SessionHunt[] }>();
  for (const hunt of hunts) {
    const byId = new Map([...hunt.sources.values()].map((source) => [source.id, source]));
    const sources = [...byId.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
    const key = sources.map((source) => source.id).join('\n');
    const known = scopes.get(key);
    if (known === undefined) scopes.set(key, { sources, hunts: [hunt] });
    else known.hunts.push(hunt);
  }
  return [...scopes.values()];
}
