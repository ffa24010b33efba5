const [QUOTE, BACKSLASH, OPEN_OBJECT, OPEN_LIST, CLOSE_OBJECT, CLOSE_LIST] = [34, 92, 123, 91, 125, 93];

/** Documents and bundles nest no deeper; the parser would go as deep as its stack. */
export const MAX_DEPTH = 256;
/** Nesting is only looked at in documents longer than this; shorter ones cannot do harm. */
const DEPTH_CHECK_BYTES = 65_536;

/** Whether a document is nested too deeply to be parsed. */
export function nestsTooDeep(bytes: Uint8Array, start: number, end: number): boolean {
  return end - start > DEPTH_CHECK_BYTES && nestsDeeper(bytes, start, end, MAX_DEPTH);
}

/** Does the JSON text in these bytes nest deeper than `limit`? Brackets in strings do not count. */
export function nestsDeeper(bytes: Uint8Array, start: number, end: number, limit: number): boolean {
  let depth = 0;
  for (let i = start; i < end; i++) {
    const byte = bytes[i];
    if (byte === QUOTE) {
      for (i++; i < end && bytes[i] !== QUOTE; i++) if (bytes[i] === BACKSLASH) i++;
    } else if (byte === OPEN_OBJECT || byte === OPEN_LIST) {
      if (++depth > limit) return true;
    } else if (byte === CLOSE_OBJECT || byte === CLOSE_LIST) depth--;
  }
  return false;
}

/** The same of a document that has been parsed, whatever its length. */
export function objectNestsTooDeep(document: object): boolean {
  return goesDeeper(document, MAX_DEPTH);
}

function goesDeeper(container: object, limit: number): boolean {
  if (limit === 0) return true;
  if (Array.isArray(container)) {
    return container.some((value) => typeof value === 'object' && value !== null && goesDeeper(value, limit - 1));
  }
  const members = container as Readonly<Record<string, unknown>>;
  for (const key in members) {
    const value = members[key];
    if (typeof value === 'object' && value !== null && goesDeeper(value, limit - 1)) return true;
  }
  return false;
}
