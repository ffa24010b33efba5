import { isJsonObject } from '../telemetry/document-shape.ts';
import { rawMember } from '../telemetry/raw-number.ts';

/** A line as exports of a search index have it: `{"_index": …, "_id": …, "_source": {…}}`. */
export interface IndexLine {
  readonly id: string | undefined;
  /** Text of the document, as written: numbers keep all their digits. */
  readonly document: string;
}

const MARK = Buffer.from('"_source"');
/** Elasticsearch takes ids of at most so many bytes. */
const MAX_ID_BYTES = 512;

/** May it be such a line? Cheap; a document that speaks of `_source` elsewhere is looked at for nothing. */
export function hasEnvelope(bytes: Buffer): boolean {
  return bytes.includes(MARK);
}

/** A document without an envelope is itself the document; `undefined` for what is no JSON object. */
export function readIndexLine(text: string): IndexLine | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isJsonObject(parsed)) return undefined;
  if (!isJsonObject(parsed['_source'])) return { id: undefined, document: text };
  const id = parsed['_id'];
  const isUsable = typeof id === 'string' && id !== '' && Buffer.byteLength(id) <= MAX_ID_BYTES;
  return { id: isUsable ? id : undefined, document: rawMember(text, '_source') ?? text };
}

/** The document of a line; what is no JSON object is given as it is. */
export function documentText(text: string): string {
  return readIndexLine(text)?.document ?? text;
}
