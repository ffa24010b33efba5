import { bareTraceVersion } from './sysflow/bare-trace.ts';

/** What the first bytes of a place tell. */
export type Content = 'lines' | 'elements' | 'stix-bundle' | 'utf-16' | 'avro' | 'sysflow-datums';

/**
 * Recognises by content, never by name. `complete`: these bytes are all there is.
 * `elements`: a JSON array of objects, or objects that stretch over several lines.
 * A STIX bundle is one JSON object, over any number of lines, whose own `type` is `bundle`.
 */
export function recogniseContent(head: Uint8Array, complete: boolean): Content {
  if (head.length >= 2) {
    const [first, second] = [head[0] as number, head[1] as number];
    if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) return 'utf-16';
    if ((first === 0 && second === 0x7b) || (first === 0x7b && second === 0)) return 'utf-16';
  }
  if (head.length >= 4 && head[0] === 0x4f && head[1] === 0x62 && head[2] === 0x6a && head[3] === 1) return 'avro';
  if (bareTraceVersion(head) !== undefined) return 'sysflow-datums';
  const text = Buffer.from(head.buffer, head.byteOffset, head.byteLength)
    .toString('utf8')
    .replace(/^\uFEFF/u, '');
  if (isBundle(text, complete)) return 'stix-bundle';
  return /^\s*(?:\[\s*\{|\{\s*\n)/u.test(text) ? 'elements' : 'lines';
}

/**
 * The same for input that is still being written: `undefined` where what is there so far could yet become either lines
 * or something that is read as a whole.
 */
export function recogniseGrowing(head: Uint8Array): Content | undefined {
  const content = recogniseContent(head, false);
  if (content !== 'lines') return content;
  const [first, second] = Buffer.from(head.buffer, head.byteOffset, head.byteLength)
    .toString('utf8')
    .replace(/^\uFEFF/u, '')
    .trimStart()
    .split('\n');
  if (first === undefined || second === undefined) return undefined;
  if (!/^[[{]/u.test(first) || second.startsWith('{')) return 'lines';
  try {
    JSON.parse(first);
    return 'lines';
  } catch {
    return undefined;
  }
}

const MEMBER = /\s*"((?:[^"\\]|\\.)*)"\s*:\s*/uy;

/** Walks the members of the object that begins the text until its `type`, or its list of `objects`, comes. */
function isBundle(text: string, complete: boolean): boolean {
  let at = text.search(/\S/u);
  if (at < 0 || text.charAt(at) !== '{') return false;
  at++;
  for (;;) {
    MEMBER.lastIndex = at;
    const member = MEMBER.exec(text);
    if (member === null) return false;
    at = MEMBER.lastIndex;
    if (member[1] === 'type') return text.startsWith('"bundle"', at);
    // Its type comes after its objects: too far away to look for, and no record has such a list.
    if (member[1] === 'objects' && text.charAt(at) === '[' && !complete) return !/^[^\n]*\}\s*\n\s*\{/u.test(text);
    at = afterValue(text, at);
    if (text.charAt(at) !== ',') return false;
    at++;
  }
}

/** Position of the comma or bracket after the value at `at`. */
function afterValue(text: string, at: number): number {
  let depth = 0;
  for (; at < text.length; at++) {
    const unit = text.charAt(at);
    if (unit === '"') {
      for (at++; at < text.length && text.charAt(at) !== '"'; at++) if (text.charAt(at) === '\\') at++;
    } else if (unit === '{' || unit === '[') depth++;
    else if (unit === '}' || unit === ']') {
      if (depth === 0) return at;
      depth--;
    } else if (unit === ',' && depth === 0) return at;
  }
  return at;
}
