import { referencesRead, type Demand } from './demand.ts';

/** Whatever `part` reads is taken in for `whole` as well. */
export function demandCovers(whole: Demand, part: Demand): boolean {
  const pairs = new Set(whole.linked.map((pair) => pair.join('\n')));
  return (
    typesCover(whole.types, part.types) &&
    typesCover(whole.patternTypes, part.patternTypes) &&
    covers(whole.references, part.references) &&
    covers(referencesRead(whole), referencesRead(part)) &&
    covers(whole.patternReferences, part.patternReferences) &&
    covers(
      pairs,
      part.linked.map((pair) => pair.join('\n')),
    ) &&
    covers(whole.observed ?? new Set(), part.observed ?? []) &&
    (whole.recordIds || !part.recordIds)
  );
}

function typesCover(whole: Demand['types'], part: Demand['types']): boolean {
  return [...part].every(([type, { onRequest }]) => {
    const known = whole.get(type);
    return known !== undefined && covers(known.onRequest, onRequest);
  });
}

function covers(whole: ReadonlySet<string>, part: Iterable<string>): boolean {
  for (const each of part) if (!whole.has(each)) return false;
  return true;
}
