import { SourceError } from '../errors/windhover-error.ts';
import type { ByteSource } from '../telemetry/decoder.ts';
import { ElementSplitter } from '../telemetry/element-splitter.ts';
import { LineSplitter, lineText, type Line, type Splitter } from '../telemetry/line-splitter.ts';
import { nestsTooDeep } from '../telemetry/nesting-depth.ts';
import { inUtf16 } from '../telemetry/open-batches.ts';
import { recognisePlace } from '../telemetry/recognise-place.ts';
import { EventTimes } from './event-times.ts';
import { PAUSE, type Recorded, type RecordedItem } from './recorded-item.ts';

export interface ReadingOptions {
  /** Event time and host are needed: each document is parsed. Otherwise its bytes are passed on unread. */
  readonly looksInside: boolean;
  /** Longest document, bytes; a longer one is left out and counted. */
  readonly maxBytes: number;
  /** Longest trace, bytes. */
  readonly maxTraceBytes: number;
  /** Told of a document that is too long to be sent. */
  readonly tooLong: (place: string, number: number) => void;
}

const BLANK = /^\s*$/u;

/**
 * What a place holds, piece by piece in its order, recognised by content. Throws `SourceError`: those of the source, and
 * `replay-content` for what cannot be sent in pieces.
 */
export async function* recordedItems(
  source: ByteSource,
  options: ReadingOptions,
): AsyncGenerator<Recorded, void, undefined> {
  const { content, whole, leave } = await recognisePlace(source);
  switch (content) {
    case 'lines':
    case 'elements':
      yield* documents(whole, content, options);
      return;
    case 'avro':
      yield { content: 'trace', place: source.place, number: 1, bytes: await wholeTrace(whole, options.maxTraceBytes) };
      return;
    default:
      await leave();
      if (content === 'utf-16') throw inUtf16(source.place);
      throw new SourceError(
        'replay-content',
        content === 'stix-bundle'
          ? `${source.place} is a STIX bundle, which is no stream of records`
          : `${source.place} is a stream of bare Avro datums, which say nothing apart from each other`,
        { hint: 'Send files with a JSON document a line, JSON arrays, or SysFlow traces with a head (.sf).' },
      );
  }
}

async function* documents(
  source: ByteSource,
  layout: 'lines' | 'elements',
  options: ReadingOptions,
): AsyncGenerator<Recorded, void, undefined> {
  const splitter: Splitter =
    layout === 'lines' ? new LineSplitter(0, options.maxBytes) : new ElementSplitter(0, options.maxBytes);
  const times = options.looksInside ? new EventTimes() : undefined;
  let number = 0;
  const take = (line: Line): RecordedItem | undefined => {
    number++;
    if (line.tooLong) {
      options.tooLong(source.place, number);
      return undefined;
    }
    const bytes = documentBytes(line, layout);
    if (bytes === undefined) return undefined;
    const item = { content: 'document', place: source.place, number, bytes } as const;
    if (times === undefined || nestsTooDeep(bytes, 0, bytes.length)) return item;
    return { ...item, ...times.read(lineText({ buffer: bytes, ascii: line.ascii }, 0, bytes.length)) };
  };
  for await (const chunk of source.open(0)) {
    if (chunk.pause === true) {
      yield PAUSE;
      continue;
    }
    splitter.push(chunk);
    for (let line = splitter.next(); line !== undefined; line = splitter.next()) {
      const item = take(line);
      if (item !== undefined) yield item;
    }
  }
  const last = splitter.finish();
  const item = last === undefined ? undefined : take(last);
  if (item !== undefined) yield item;
}

/** Without byte order mark and line ends: the line ends within a document stand between its members. */
function documentBytes({ buffer, start, end, offset }: Line, layout: 'lines' | 'elements'): Buffer | undefined {
  let bytes = buffer.subarray(start, end);
  if (offset === 0 && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) bytes = bytes.subarray(3);
  if (bytes[bytes.length - 1] === 13) bytes = bytes.subarray(0, bytes.length - 1);
  if (layout === 'elements') return Buffer.from(bytes.toString('utf8').replace(/[\r\n]+/gu, ' '));
  return bytes.length < 256 && BLANK.test(bytes.toString('latin1')) ? undefined : bytes;
}

async function wholeTrace(source: ByteSource, limit: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const { bytes } of source.open(0)) {
    size += bytes.length;
    if (size > limit) {
      throw new SourceError('replay-trace-size', `${source.place} is a trace of more than ${limit} bytes`, {
        hint: 'A trace goes in one piece. Convert it to ECS documents, or have the collector write shorter files.',
      });
    }
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}
