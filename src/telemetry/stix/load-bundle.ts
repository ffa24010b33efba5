import { SourceError } from '../../errors/windhover-error.ts';
import type { ByteSource } from '../decoder.ts';
import { isBrokenOff } from '../is-broken-off.ts';
import { MAX_DEPTH, nestsDeeper } from '../nesting-depth.ts';
import { EMPTY_BUNDLE, parseBundle, type StixBundle } from './stix-bundle.ts';

const SAMPLE_BYTES = 2048;

/** Input that is no bundle, as it will be counted and sampled. */
export interface UnreadableBundle {
  readonly reason: string;
  readonly length: number;
  readonly sample: Uint8Array;
}

export type LoadedBundle =
  | { readonly bundle: StixBundle; readonly fault?: undefined }
  | { readonly bundle: StixBundle; readonly fault: UnreadableBundle };

/**
 * Reads a place to its end and parses it as one bundle. Throws `SourceError` `bundle-too-large` beyond `maxBytes` and
 * `source-format` for a list of bundles; whatever else is wrong with the text is told as a fault of an empty bundle.
 */
export async function loadBundle(source: ByteSource, maxBytes: number): Promise<LoadedBundle> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  let broken: string | undefined;
  try {
    for await (const chunk of source.open(0)) {
      size += chunk.bytes.length;
      if (size > maxBytes) throw tooLarge(source.place, maxBytes);
      // The source may use its buffer again.
      chunks.push(chunk.bytes.slice());
    }
  } catch (error) {
    if (!isBrokenOff(error)) throw error;
    broken = error.code;
  }
  const bytes = Buffer.concat(chunks);
  chunks.length = 0;
  const start = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  const fault = (reason: string): LoadedBundle => ({
    bundle: EMPTY_BUNDLE,
    fault: { reason, length: size, sample: bytes.subarray(0, SAMPLE_BYTES) },
  });
  if (broken !== undefined) return fault(broken);
  if (nestsDeeper(bytes, start, bytes.length, MAX_DEPTH)) return fault('nested-too-deep');
  const text = bytes.toString('utf8', start);
  if (!/\S/u.test(text)) return { bundle: EMPTY_BUNDLE };
  const bundle = parseBundle(text);
  if (bundle === 'list-of-bundles') {
    throw new SourceError('source-format', `${source.place} holds a list of bundles`, {
      hint: 'Put each bundle into a file of its own, and name the folder as the source.',
    });
  }
  return typeof bundle === 'string' ? fault(bundle) : { bundle };
}

function tooLarge(place: string, maxBytes: number): SourceError {
  const limit = `${String(Math.round(maxBytes / 1024 / 1024))} MiB`;
  return new SourceError('bundle-too-large', `${place} is larger than ${limit}, and a bundle is read as a whole`, {
    hint: 'Split it into several bundles: observations of STIX 2.0 stand on their own.',
  });
}
