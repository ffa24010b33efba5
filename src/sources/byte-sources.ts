import { UsageError } from '../errors/windhover-error.ts';
import type { ByteSource } from '../telemetry/decoder.ts';
import type { LivePlaces } from '../telemetry/live-places.ts';
import { FileByteSource } from './file-byte-source.ts';
import { FollowedPlaces } from './follow/followed-places.ts';
import { sourcePlaces } from './source-places.ts';
import { parseSourceUri } from './source-uri.ts';
import { StdinByteSource, type LiveInput } from './stdin-byte-source.ts';

export interface ByteSourceContext {
  /** Relative paths are relative to this folder. */
  readonly workingFolder: string;
  /** Standard input. */
  readonly stdin: AsyncIterable<Uint8Array>;
  /** Standard input is processed as it comes, also while it stays open. Absent: as it fills batches. */
  readonly live?: LiveInput;
  /** Bytes were read of a file, as they lie there. */
  readonly bytesRead?: ((bytes: number) => void) | undefined;
}

/**
 * The places that a source URI names, in the order they are to be read, under the name used after FROM.
 * Throws `UsageError` for a URI that is none, `SourceError` for one that leads nowhere.
 */
export async function byteSources(name: string, uri: string, context: ByteSourceContext): Promise<ByteSource[]> {
  const parsed = parseSourceUri(uri);
  if (parsed.kind === 'stdin') return [new StdinByteSource(name, context.stdin, context.live)];
  if (parsed.kind === 'kafka' || parsed.kind === 'elastic') {
    throw new UsageError(
      'source-no-bytes',
      parsed.kind === 'kafka' ? 'A Kafka topic is not read as a file' : 'An Elasticsearch index is not read as a file',
      'Name it as a source of windhover run, or write what it holds into a file.',
    );
  }
  const places = await sourcePlaces(parsed.path, context.workingFolder);
  return places.map((place) => new FileByteSource(name, place, context.workingFolder, context.bytesRead));
}

/** The files that a source URI names now and later, to be followed; `undefined` for what is no file. */
export function followedPlaces(
  name: string,
  uri: string,
  { workingFolder, live }: ByteSourceContext & { readonly live: LiveInput },
): LivePlaces | undefined {
  const parsed = parseSourceUri(uri);
  if (parsed.kind !== 'file') return undefined;
  return new FollowedPlaces(name, parsed.path, { workingFolder, timer: live.timer });
}
