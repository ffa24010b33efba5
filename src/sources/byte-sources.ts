import type { ByteSource } from '../telemetry/decoder.ts';
import { FileByteSource } from './file-byte-source.ts';
import { sourcePlaces } from './source-places.ts';
import { parseSourceUri } from './source-uri.ts';
import { StdinByteSource } from './stdin-byte-source.ts';

export interface ByteSourceContext {
  /** Relative paths are relative to this folder. */
  readonly workingFolder: string;
  /** Standard input. */
  readonly stdin: AsyncIterable<Uint8Array>;
}

/**
 * The places that a source URI names, in the order they are to be read, under the name used after FROM.
 * Throws `UsageError` for a URI that is none, `SourceError` for one that leads nowhere.
 */
export async function byteSources(name: string, uri: string, context: ByteSourceContext): Promise<ByteSource[]> {
  const parsed = parseSourceUri(uri);
  if (parsed.kind === 'stdin') return [new StdinByteSource(name, context.stdin)];
  const places = await sourcePlaces(parsed.path, context.workingFolder);
  return places.map((place) => new FileByteSource(name, place, context.workingFolder));
}
