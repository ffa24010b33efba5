import { SourceError } from '../errors/windhover-error.ts';
import type { BatchReader, ByteChunk, ByteSource, DecodeOptions } from './decoder.ts';
import { LineBatchReader } from './line-batch-reader.ts';
import { LINE_SHAPES } from './line-shapes.ts';
import { recogniseContent, recogniseGrowing } from './recognise-content.ts';
import { openStixBundle } from './stix/stix-bundle-reader.ts';
import { bareTraceVersion } from './sysflow/bare-trace.ts';
import { openBareSysflowTrace, openSysflowTrace } from './sysflow/open-sysflow-trace.ts';

/** Bytes that recognition looks at; a first line may be longer. */
const HEAD_BYTES = 65_536;

/**
 * Opens a place, whatever it holds, by content: NDJSON in any of the known shapes, a STIX bundle, or a SysFlow trace.
 * Content that can never be records (UTF-16) is refused with a `SourceError` that says what to do.
 */
export async function openBatches(source: ByteSource, options: DecodeOptions): Promise<BatchReader> {
  const from = options.from?.offset ?? 0;
  const chunks = source.open(0)[Symbol.asyncIterator]();
  const head: ByteChunk[] = [];
  let size = 0;
  let ended = false;
  let failure: unknown;
  while (size < HEAD_BYTES && !ended) {
    try {
      const next = await chunks.next();
      if (next.done === true) ended = true;
      else if (next.value.pause === true) {
        // Live input: a line or two are enough, and more may not come for hours.
        if (recogniseGrowing(Buffer.concat(head.map((chunk) => chunk.bytes))) === undefined) continue;
        head.push(next.value);
        break;
      } else {
        head.push(next.value);
        size += next.value.bytes.length;
      }
    } catch (error) {
      if (head.length === 0) throw error;
      failure = error;
      ended = true;
    }
  }
  const bytes = Buffer.concat(head.map((chunk) => chunk.bytes)).subarray(0, HEAD_BYTES);
  const content = recogniseContent(bytes, ended && size <= HEAD_BYTES);
  if (content === 'utf-16') {
    await chunks.return?.();
    throw new SourceError('source-encoding', `${source.place} is written in UTF-16`, {
      hint: 'Convert it to UTF-8 first, e.g. with iconv -f UTF-16 -t UTF-8.',
    });
  }
  let rest: ByteSource = source;
  if (from === 0) rest = replayed(source, head, chunks, failure);
  else await chunks.return?.();
  switch (content) {
    case 'stix-bundle':
      return openStixBundle(rest, options);
    case 'avro':
      return openSysflowTrace(rest, options);
    case 'sysflow-datums':
      return openBareSysflowTrace(rest, options, bareTraceVersion(bytes) ?? 5);
    default:
      return new LineBatchReader(rest, options, LINE_SHAPES, content);
  }
}

/** The source with its head put back: what can be read only once (stdin) is not opened again. */
function replayed(
  source: ByteSource,
  head: readonly ByteChunk[],
  rest: AsyncIterator<ByteChunk>,
  failure: unknown,
): ByteSource {
  let used = false;
  async function* replay(): AsyncGenerator<ByteChunk, void, undefined> {
    try {
      yield* head;
      if (failure !== undefined) throw failure;
      for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
    } finally {
      await rest.return?.();
    }
  }
  return {
    source: source.source,
    place: source.place,
    open(offset: number): AsyncIterable<ByteChunk> {
      if (used || offset !== 0) return source.open(offset);
      used = true;
      return replay();
    },
  };
}
