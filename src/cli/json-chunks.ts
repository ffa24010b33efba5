/** How deep values are written piece by piece; what lies deeper is written at once, long lists apart. */
const DEEPEST = 4;
/** Members of a list that may be written at once. */
const LONG_LIST = 64;

/**
 * A plain value as indented JSON, in pieces: a document that is too long for one string can be written all the same.
 * Members that are undefined are left out, as `JSON.stringify` does.
 */
export function* jsonChunks(value: unknown, depth = 0): Generator<string> {
  if (typeof value !== 'object' || value === null || (depth >= DEEPEST && !holdsLongList(value))) {
    yield (JSON.stringify(value, null, 2) ?? 'null').replaceAll('\n', `\n${'  '.repeat(depth)}`);
    return;
  }
  const isList = Array.isArray(value);
  const members = Object.entries(value).filter(([, member]) => isList || member !== undefined);
  const [open, close] = isList ? ['[', ']'] : ['{', '}'];
  if (members.length === 0) {
    yield open + close;
    return;
  }
  const indent = '  '.repeat(depth + 1);
  let before = open;
  for (const [name, member] of members) {
    yield `${before}\n${indent}${isList ? '' : `${JSON.stringify(name)}: `}`;
    yield* jsonChunks(member, depth + 1);
    before = ',';
  }
  yield `\n${'  '.repeat(depth)}${close}`;
}

function holdsLongList(value: object): boolean {
  const isLong = (each: unknown): boolean => Array.isArray(each) && each.length > LONG_LIST;
  return isLong(value) || Object.values(value).some(isLong);
}
