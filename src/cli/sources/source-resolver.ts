import { resolve as resolvePath } from 'node:path';
import { nearest } from '../../catalogue/nearest.ts';
import { UsageError } from '../../errors/windhover-error.ts';
import { elasticId } from '../../sources/elastic/elastic-uri.ts';
import { kafkaUri } from '../../sources/kafka/kafka-uri.ts';
import { parseSourceUri } from '../../sources/source-uri.ts';

/** A place that telemetry comes from, after names have been resolved: equal ids are one source. */
export interface ResolvedSource {
  /** Absolute path, `kafka://…` with brokers and topics in order, `elastic+http…`, or `-`. */
  readonly id: string;
  readonly uri: string;
  /** It has no end: messages come as long as it is read. */
  readonly endless?: true;
  /** Topics that are read up to where they end. Not beside `endless`. */
  readonly range?: true;
  /** It is a history of documents. */
  readonly history?: true;
  /** Beside `endless`: what is read before it. */
  readonly backfill?: SourceBackfill;
}

export interface SourceBackfill {
  readonly from: ResolvedSource;
  /** How far back, ms; absent: as far as the retention. */
  readonly lengthMs?: number | undefined;
  readonly overlapMs?: number | undefined;
}

/** The live part of a source that has a history too. */
export interface LivePart {
  readonly uri: string;
  readonly lengthMs?: number | undefined;
  readonly overlapMs?: number | undefined;
}

/** Schemes whose URIs name a place themselves; everything else after FROM is a name that the call gives a place. */
const PLACE_SCHEMES = new Set(['file', 'stixbundle', 'http', 'https', 'kafka', 'elastic+http', 'elastic+https']);

/** From what a huntflow writes after FROM to a place: names given by `--source` and the configuration, then URIs. */
export class SourceResolver {
  readonly #named: ReadonlyMap<string, string>;
  readonly #everyName: string | undefined;
  readonly #cwd: string;
  readonly #live: ReadonlyMap<string, LivePart>;
  readonly #isConfined: boolean;

  /**
   * `named`: name → URI; `everyName`: URI of a `--source` without a name, which serves every name. `live`: where names go on
   * after their history; absent: they are read from history only. `isConfined`: hunts read what they are given by name, and
   * no places that they name themselves.
   */
  constructor(
    named: ReadonlyMap<string, string>,
    everyName: string | undefined,
    cwd: string,
    live: ReadonlyMap<string, LivePart> = new Map(),
    isConfined = false,
  ) {
    this.#named = named;
    this.#everyName = everyName;
    this.#cwd = cwd;
    this.#live = live;
    this.#isConfined = isConfined;
  }

  /** Throws `UsageError`: `source-unknown`, `source-confined` and those of `parseSourceUri`. */
  resolve(uri: string): ResolvedSource {
    const { scheme, name } = splitUri(uri);
    const given = this.#named.get(uri) ?? this.#named.get(name);
    if (given !== undefined) return this.#goingOn(this.#place(given), this.#live.get(uri) ?? this.#live.get(name));
    if (PLACE_SCHEMES.has(scheme)) {
      if (!this.#isConfined) return this.#place(uri);
      const hint = 'Give the source a name in the configuration or with --source; files.read confines what hunts read.';
      throw new UsageError('source-confined', `The hunt may not name the place ${name} itself`, hint);
    }
    if (this.#everyName !== undefined) return this.#place(this.#everyName);
    const similar = nearest(name, [...this.#named.keys()]);
    throw new UsageError(
      'source-unknown',
      `No source is called ${name}`,
      similar === undefined
        ? `Give it a place: --source ${name}=PATH.`
        : `Did you mean ${similar}? Otherwise give it a place: --source ${name}=PATH.`,
    );
  }

  #goingOn(from: ResolvedSource, part: LivePart | undefined): ResolvedSource {
    if (part === undefined) return from;
    const live = this.#place(part.uri);
    const { lengthMs, overlapMs } = part;
    // Beside a hunt that reads the topics alone this is another source.
    return { ...live, id: `${live.id} after ${from.id}`, backfill: { from, lengthMs, overlapMs } };
  }

  #place(uri: string): ResolvedSource {
    const parsed = parseSourceUri(uri);
    if (parsed.kind === 'stdin') return { id: '-', uri };
    if (parsed.kind === 'kafka') return { id: kafkaUri(parsed), uri: kafkaUri(parsed), endless: true };
    if (parsed.kind === 'elastic') return { id: elasticId(parsed), uri: elasticId(parsed), history: true };
    return { id: resolvePath(this.#cwd, parsed.path), uri };
  }
}

/** `stixshifter://container1` → scheme and name; a bare name has the default scheme. */
function splitUri(uri: string): { scheme: string; name: string } {
  const at = uri.indexOf('://');
  return at < 0
    ? { scheme: 'stixshifter', name: uri }
    : { scheme: uri.slice(0, at).toLowerCase(), name: uri.slice(at + 3) };
}

/**
 * Parses the values of `--source`: `NAME=URI`, or a URI that serves every name (at most one). A name may have two places,
 * one of them topics: `live` has these, and `named` what is read before.
 */
export function parseSourceOptions(values: readonly string[]): {
  named: Map<string, string>;
  everyName: string | undefined;
  live: Map<string, LivePart>;
} {
  const named = new Map<string, string>();
  const live = new Map<string, LivePart>();
  let everyName: string | undefined;
  for (const value of values) {
    const match = /^([A-Za-z_][A-Za-z0-9_.-]*)=(.+)$/s.exec(value);
    if (match !== null) {
      const [, name, uri] = match as unknown as [string, string, string];
      const before = named.get(name);
      if (before !== undefined && !live.has(name) && isTopics(before) !== isTopics(uri)) {
        live.set(name, { uri: isTopics(uri) ? uri : before });
        named.set(name, isTopics(uri) ? before : uri);
        continue;
      }
      if (before !== undefined) {
        throw new UsageError(
          'source-twice',
          `--source gives ${name} two places`,
          'Name a folder or a glob to read several files; beside history, one place may be topics of Kafka.',
        );
      }
      named.set(name, uri);
    } else if (everyName === undefined) {
      everyName = value;
    } else {
      throw new UsageError(
        'source-twice',
        '--source is given twice without a name',
        'Write --source NAME=URI, or name a folder or a glob to read several files.',
      );
    }
  }
  return { named, everyName, live };
}

function isTopics(uri: string): boolean {
  return uri.startsWith('kafka:');
}
