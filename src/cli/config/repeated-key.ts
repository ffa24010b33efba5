import { isMap, isScalar, visit, type Document } from 'yaml';

/** A key that stands twice in one map. */
export interface RepeatedKey {
  readonly name: string;
  /** Where it stands for the second time, in characters. */
  readonly offset: number;
}

/**
 * The first key that repeats one of its map, as the data has it: `1` and `"1"` are the same. Every key is looked at once;
 * the library's own check compares each with every other one, which takes minutes for a megabyte of keys.
 */
export function repeatedKey(document: Document): RepeatedKey | undefined {
  let found: RepeatedKey | undefined;
  visit(document, {
    Map: (_, map) => {
      const names = new Set<string>();
      for (const { key } of isMap(map) ? map.items : []) {
        if (!isScalar(key)) continue;
        const name = String(key.value);
        if (names.has(name)) {
          found = { name, offset: key.range?.[0] ?? 0 };
          return visit.BREAK;
        }
        names.add(name);
      }
      return undefined;
    },
  });
  return found;
}
