import { gunzipSync } from 'node:zlib';
import type { LoadedTable } from '../language/loaded-table.ts';
import { readCsv } from './read-csv.ts';
import { readJson, readNdjson } from './read-json-rows.ts';
import { tableError, tableTooLarge } from './table-error.ts';
import type { TableFormat } from './table-format.ts';
import { TABLE_LIMITS } from './table-limits.ts';

const READERS = { csv: readCsv, json: readJson, ndjson: readNdjson } as const;

/**
 * A table from the bytes of a file; gzip is recognised by its first bytes. UTF-8, with or without a byte order mark.
 * Throws `SourceError` `table-broken` (with the place in the file) or `table-too-large`.
 */
export function readTable(bytes: Uint8Array, format: TableFormat): LoadedTable {
  return READERS[format](decoded(unpacked(bytes)));
}

function unpacked(bytes: Uint8Array): Uint8Array {
  if (bytes.length < 2 || bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  try {
    return gunzipSync(bytes, { maxOutputLength: TABLE_LIMITS.bytes });
  } catch (cause) {
    if (cause instanceof RangeError) throw tableTooLarge(`it unpacks to more than ${TABLE_LIMITS.bytes} bytes`);
    throw tableError(undefined, 'its gzip stream is damaged', 'Check the file with gzip -t.', cause);
  }
}

function decoded(bytes: Uint8Array): string {
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) {
    throw tableError(undefined, 'it is UTF-16', 'Convert it: iconv -f UTF-16 -t UTF-8.');
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw tableError(undefined, 'it is not UTF-8', 'Convert it, for instance: iconv -f LATIN1 -t UTF-8.', cause);
  }
}
