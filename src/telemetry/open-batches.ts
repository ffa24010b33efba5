import { SourceError } from '../errors/windhover-error.ts';
import type { BatchReader, ByteSource, DecodeOptions } from './decoder.ts';
import { LineBatchReader } from './line-batch-reader.ts';
import { LINE_SHAPES } from './line-shapes.ts';
import { recognisePlace } from './recognise-place.ts';
import { openStixBundle } from './stix/stix-bundle-reader.ts';
import { bareTraceVersion } from './sysflow/bare-trace.ts';
import { openBareSysflowTrace, openSysflowTrace } from './sysflow/open-sysflow-trace.ts';

/**
 * Opens a place, whatever it holds, by content: NDJSON in any of the known shapes, a STIX bundle, or a SysFlow trace.
 * Content that can never be records (UTF-16) is refused with a `SourceError` that says what to do.
 */
export async function openBatches(source: ByteSource, options: DecodeOptions): Promise<BatchReader> {
  const { content, head, whole, leave } = await recognisePlace(source);
  if (content === 'utf-16') {
    await leave();
    throw inUtf16(source.place);
  }
  let rest = whole;
  if ((options.from?.offset ?? 0) > 0) {
    await leave();
    rest = source;
  }
  switch (content) {
    case 'stix-bundle':
      return openStixBundle(rest, options);
    case 'avro':
      return openSysflowTrace(rest, options);
    case 'sysflow-datums':
      return openBareSysflowTrace(rest, options, bareTraceVersion(head) ?? 5);
    default:
      return new LineBatchReader(rest, options, LINE_SHAPES, content);
  }
}

/** What can never be read. */
export function inUtf16(place: string): SourceError {
  return new SourceError('source-encoding', `${place} is written in UTF-16`, {
    hint: 'Convert it to UTF-8 first, e.g. with iconv -f UTF-16 -t UTF-8.',
  });
}
