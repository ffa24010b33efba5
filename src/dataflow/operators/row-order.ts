import type { ContentReader } from '../../graph/content-reader.ts';
import type { MemberIdentity } from '../../graph/derived-rows.ts';
import { compareValues, type Value } from '../../graph/value.ts';
import type { SortKey } from '../../language/ast.ts';

/**
 * Order of sorted rows: null is lowest, values by the one order of values, ties by identity key, ascending whatever the
 * direction. Lists of referenced values sort by the first.
 */
export function compareRows(
  a: { readonly handle: number; readonly keys: readonly (Value | undefined)[] },
  b: { readonly handle: number; readonly keys: readonly (Value | undefined)[] },
  sort: readonly SortKey[],
  identity: MemberIdentity,
): number {
  for (let i = 0; i < sort.length; i++) {
    const x = a.keys[i];
    const y = b.keys[i];
    const order = x === undefined ? (y === undefined ? 0 : -1) : y === undefined ? 1 : compareValues(x, y);
    if (order !== 0) return sort[i]?.direction === 'asc' ? order : -order;
  }
  return identity.compareKeys(a.handle, b.handle);
}

export function sortKeysOf(handle: number, sort: readonly SortKey[], reader: ContentReader): (Value | undefined)[] {
  return sort.map((key) => reader.value(handle, key.path));
}
