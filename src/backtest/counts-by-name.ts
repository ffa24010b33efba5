/** Names that are told apart in a count; the rest is one. */
const MOST_NAMES = 1000;
export const OTHERS = '(others)';
/** Where an alert is about no host, or a hunt names no technique. */
export const NONE = '(none)';

/** How many there are of each name, the most frequent first. */
export type CountsByName = readonly (readonly [string, number])[];

/** Counts by the name of each; an empty name is `NONE`. */
export function countByName<T>(all: readonly T[], nameOf: (one: T) => string): CountsByName {
  const counts = new Map<string, number>();
  for (const one of all) {
    const name = nameOf(one) || NONE;
    const told = counts.has(name) || counts.size < MOST_NAMES ? name : OTHERS;
    counts.set(told, (counts.get(told) ?? 0) + 1);
  }
  return [...counts].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
}
