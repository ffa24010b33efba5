import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { UsageError } from '../../errors/windhover-error.ts';
import type { TimeBounds } from '../../hunts/input/time-bounds.ts';
import { sourcePlaces } from '../../sources/source-places.ts';
import { parseSourceUri } from '../../sources/source-uri.ts';
import type { SessionHunt } from '../run/session-options.ts';
import type { BacktestOptions } from './backtest-options.ts';

/** What the answer of a backtest rests on. Serialisable; compared key by key. */
export interface BacktestCall {
  readonly hunts: readonly string[];
  readonly sources: readonly string[];
  /** Path, size and last change of each file that is read. */
  readonly files: readonly (readonly [string, number, number])[];
  /** `--from` and `--to` as they are written: a duration before now is another time in each call. */
  readonly range: readonly (string | null)[];
  readonly offsets: unknown;
  readonly settings: unknown;
}

/** Times of the first call, ms; null: not bounded. */
export interface StoredBounds {
  readonly fromMs: number | null;
  readonly toMs: number | null;
}

/** What the keys of a call are called to people. */
export const CALL_PARTS: Readonly<Record<keyof BacktestCall, string>> = {
  hunts: 'with other hunts, or another version of one',
  sources: 'over other sources',
  files: 'over other files, or one has changed since',
  range: 'with another --from or --to',
  offsets: 'with other --offsets',
  settings: 'with another --retention, --lateness or --host-alias',
};

/** Throws `UsageError` where a source cannot be gone on with. */
export async function backtestCall(
  options: BacktestOptions,
  hunts: readonly SessionHunt[],
  cwd: string,
): Promise<BacktestCall> {
  const sources = new Map(hunts.flatMap((hunt) => [...hunt.sources.values()].map((source) => [source.id, source.uri])));
  if (sources.has('-')) {
    throw new UsageError(
      'resume-stdin',
      'Standard input cannot be gone on with',
      'Write it into a file and name that, or leave --resume out.',
    );
  }
  const { retentionMs = null, latenessMs, hostAliases, bounds, writtenBounds, offsets } = options;
  return {
    hunts: hunts
      .map(({ hunt, sources: own }) => {
        const read = [...own].map(([uri, { id }]) => `${uri}=${id}`).sort();
        return JSON.stringify([hunt.id, hunt.fingerprint, read]);
      })
      .sort(),
    sources: [...sources.keys()].sort(),
    files: await filesOf([...sources.values()], cwd),
    range: writtenBounds ?? [String(bounds?.fromMs ?? ''), String(bounds?.toMs ?? '')],
    offsets,
    settings: { retentionMs, latenessMs, hostAliases: [...hostAliases].sort() },
  };
}

export function storedBounds(bounds: TimeBounds | undefined): StoredBounds {
  const finite = (ms: number | undefined): number | null => (ms === undefined || !Number.isFinite(ms) ? null : ms);
  return { fromMs: finite(bounds?.fromMs), toMs: finite(bounds?.toMs) };
}

export function boundsOf({ fromMs, toMs }: StoredBounds): TimeBounds | undefined {
  return fromMs === null && toMs === null ? undefined : { fromMs: fromMs ?? -Infinity, toMs: toMs ?? Infinity };
}

/** Absolute paths of the files that sources come to. What cannot be read is told when it is read. */
export async function sourceFiles(uris: readonly string[], cwd: string): Promise<string[]> {
  const files: string[] = [];
  for (const uri of uris) {
    const parsed = parseSourceUri(uri);
    if (parsed.kind !== 'file') continue;
    const places = await sourcePlaces(parsed.path, cwd).catch(() => []);
    files.push(...places.map((place) => resolve(cwd, place)));
  }
  return files;
}

async function filesOf(uris: readonly string[], cwd: string): Promise<[string, number, number][]> {
  const files: [string, number, number][] = [];
  for (const place of await sourceFiles(uris, cwd)) {
    const found = await stat(place).catch(() => undefined);
    files.push([place, found?.size ?? -1, found?.mtimeMs ?? -1]);
  }
  return files.sort(([a], [b]) => (a < b ? -1 : 1));
}
