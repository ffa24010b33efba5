import { AvroCursor, AvroDatumError } from '../avro/avro-cursor.ts';
import type { BareSchemaVersion } from './sysflow-schema.ts';

const LONGEST_NAME = 4096;
/** What no name of a host or file has; U+FFFD stands for bytes that are no UTF-8. */
// oxlint-disable-next-line no-control-regex
const NO_NAME = /[\u0000-\u001f\u007f\ufffd]/u;

/**
 * Version of the schema of bare datums, if these bytes begin such a trace: the collector sends a header first, which tells
 * the version.
 */
export function bareTraceVersion(head: Uint8Array): BareSchemaVersion | undefined {
  if (head.length < 4 || head[0] !== 0) return undefined;
  const cursor = new AvroCursor();
  cursor.reset(Buffer.from(head.buffer, head.byteOffset, head.byteLength), 1);
  try {
    const version = cursor.number();
    if (version !== 4 && version !== 5) return undefined;
    const names = [cursor.text(), cursor.text(), cursor.text()];
    if (names[0] === '' || names.some((name) => name.length > LONGEST_NAME || NO_NAME.test(name))) return undefined;
    return version;
  } catch (error) {
    if (error instanceof AvroDatumError) return undefined;
    throw error;
  }
}
