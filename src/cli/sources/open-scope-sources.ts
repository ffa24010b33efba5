import type { ScopeBackfill, ScopeSource } from '../../hunts/run/scope-run-options.ts';
import { byteSources, followedPlaces } from '../../sources/byte-sources.ts';
import type { Timer } from '../../telemetry/timer.ts';
import { DEFAULT_LIVE_RETENTION_MS } from '../run/run-options.ts';
import type { OpenHistory } from './elastic-histories.ts';
import type { OpenLog } from './kafka-logs.ts';
import type { OpenRange } from './kafka-ranges.ts';
import type { ResolvedSource, SourceBackfill } from './source-resolver.ts';

/** How much of the end of history is read again from topics, ms (decision 26). */
const DEFAULT_OVERLAP_MS = 600_000;

/** What a session says of how its sources are opened. */
export interface SourceOpening {
  readonly cwd: string;
  readonly stdin: AsyncIterable<Uint8Array>;
  readonly follow?: boolean;
  readonly filesByTime?: boolean;
  readonly bytesRead?: ((bytes: number) => void) | undefined;
  readonly retentionMs: number | undefined;
  readonly sourceRetentionMs?: ReadonlyMap<string, number> | undefined;
  readonly openLog?: OpenLog;
  readonly openRange?: OpenRange;
  readonly openHistory?: OpenHistory;
}

export interface OpenScopeOptions {
  readonly session: SourceOpening;
  /** Names the reader among all readers of its sources. */
  readonly group: string;
  readonly timer: Timer;
  /** Ends live input. */
  readonly signal: AbortSignal;
}

/** What the hunts of a scope read from. */
export async function openScopeSources(
  sources: readonly ResolvedSource[],
  options: OpenScopeOptions,
): Promise<ScopeSource[]> {
  const opened: ScopeSource[] = [];
  for (const source of sources) opened.push(await openScopeSource(source, options));
  return opened;
}

async function openScopeSource(source: ResolvedSource, options: OpenScopeOptions): Promise<ScopeSource> {
  const { session, group, timer, signal } = options;
  const { id, uri, backfill } = source;
  const { openLog, openRange, openHistory } = session;
  if (source.endless === true && openLog !== undefined) {
    const log = await openLog(source, group, timer);
    if (backfill === undefined) return { name: id, places: [], log };
    return { name: id, places: [], log, backfill: scopeBackfill(source, backfill, options) };
  }
  if (source.range === true && openRange !== undefined) {
    return { name: id, places: [], range: await openRange(source, timer) };
  }
  if (source.history === true && openHistory !== undefined) {
    return { name: id, places: [], history: await openHistory(source, timer) };
  }
  const { cwd: workingFolder, stdin, bytesRead, filesByTime } = session;
  const context = { workingFolder, stdin, live: { timer, signal }, bytesRead };
  const follow = session.follow === true ? followedPlaces(id, uri, context) : undefined;
  return follow === undefined
    ? { name: id, places: await byteSources(id, uri, context), byTime: filesByTime === true }
    : { name: id, places: [], follow };
}

/** History is read as far back as the retention, if nothing else is said: what is older would be refused. */
function scopeBackfill(
  source: ResolvedSource,
  { from, lengthMs, overlapMs = DEFAULT_OVERLAP_MS }: SourceBackfill,
  options: OpenScopeOptions,
): ScopeBackfill {
  const { session, group, timer } = options;
  const { retentionMs = DEFAULT_LIVE_RETENTION_MS, sourceRetentionMs, openLog } = session;
  const keptMs = sourceRetentionMs?.get(source.id) ?? retentionMs;
  const longest = keptMs === Infinity ? DEFAULT_LIVE_RETENTION_MS : keptMs;
  return {
    lengthMs: lengthMs ?? longest,
    overlapMs,
    open: async (fromMs) => {
      const read = await openScopeSource(from, { ...options, session: { ...session, follow: false } });
      if (read.history === undefined) return { places: read.places, byTime: true };
      const { history, range } = read.history;
      return {
        places: [],
        history: { history, range: { ...range, from: range.from ?? new Date(fromMs).toISOString() } },
      };
    },
    reopenLog: async () => (openLog as NonNullable<typeof openLog>)(source, group, timer),
  };
}
