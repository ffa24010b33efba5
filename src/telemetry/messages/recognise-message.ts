import { bareTraceVersion } from '../sysflow/bare-trace.ts';

/**
 * What the value of a message is. `documents`: an array of objects, or lines of them; `confluent` and `foreign-datum` can
 * not be read and are told apart because there is something to be done about them.
 */
export type MessageContent =
  | 'tombstone'
  | 'empty'
  | 'document'
  | 'documents'
  | 'avro-container'
  | 'datum'
  | 'confluent'
  | 'foreign-datum'
  | 'utf-16';

const [TAB, NEW_LINE, RETURN, BLANK, OPEN_LIST, OPEN_OBJECT] = [9, 10, 13, 32, 0x5b, 0x7b];
/** Magic byte and schema id of a schema registry. */
const REGISTRY_PREFIX = 5;

/** `hasSchema`: messages may be datums of a schema that is known beforehand. Looks at the first bytes only. */
export function recogniseMessage(value: Uint8Array | null, hasSchema: boolean): MessageContent {
  if (value === null) return 'tombstone';
  let at = value.length > 2 && value[0] === 0xef && value[1] === 0xbb && value[2] === 0xbf ? 3 : 0;
  for (; at < value.length; at++) {
    const byte = value[at];
    if (byte !== BLANK && byte !== NEW_LINE && byte !== RETURN && byte !== TAB) break;
  }
  if (at === value.length) return 'empty';
  const [first, second] = [value[at] as number, value[at + 1] ?? -1];
  if (first === OPEN_OBJECT) return second === 0 ? 'utf-16' : 'document';
  if (first === OPEN_LIST) return 'documents';
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) return 'utf-16';
  if (value[0] === 0x4f && value[1] === 0x62 && value[2] === 0x6a && value[3] === 1) return 'avro-container';
  if (value[0] === 0 && value[1] === OPEN_OBJECT) return 'utf-16';
  // A header of SysFlow begins with a zero byte too.
  const isHeader = bareTraceVersion(value) !== undefined;
  if (value[0] === 0 && !isHeader && value.length > REGISTRY_PREFIX) return 'confluent';
  if (hasSchema) return 'datum';
  return isHeader ? 'foreign-datum' : 'document';
}
