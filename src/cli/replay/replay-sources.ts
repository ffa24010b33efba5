import { randomBytes } from 'node:crypto';
import { SourceError } from '../../errors/windhover-error.ts';
import type { JournalPlace } from '../../hunts/journal/journal-step.ts';
import type { ReplaySource } from '../../hunts/journal/replay-scope.ts';
import type { ScopeHistory, ScopeLog, ScopeSource } from '../../hunts/run/scope-run-options.ts';
import type { ByteSource } from '../../telemetry/decoder.ts';
import type { LiveFile } from '../../telemetry/live-places.ts';
import { openScopeSources, type OpenScopeOptions } from '../sources/open-scope-sources.ts';
import type { ResolvedSource } from '../sources/source-resolver.ts';

export interface ReplaySourcesOptions extends Omit<OpenScopeOptions, 'group'> {
  /** Wall time at which the scope was opened first, ms: history reaches back from there. */
  readonly startedMs: number;
}

/** How a source is read once more, by a reader that nobody else sees. */
export function replaySource(source: ResolvedSource, options: ReplaySourcesOptions): ReplaySource {
  const open = async (follow: boolean): Promise<ScopeSource> => {
    const group = `replay-${randomBytes(5).toString('hex')}`;
    const [opened] = await openScopeSources([source], {
      ...options,
      group,
      session: { ...options.session, follow, filesByTime: false },
    });
    return opened as ScopeSource;
  };
  const openBackfill = async (): Promise<Awaited<ReturnType<NonNullable<ScopeSource['backfill']>['open']>>> => {
    const { log, places, history, backfill } = await open(false);
    if (backfill === undefined) return history === undefined ? { places } : { places, history };
    await log?.log.close();
    return backfill.open(options.startedMs - backfill.lengthMs);
  };
  return {
    find: async (place) => {
      if (place.kind !== 'followed') return (await openBackfill()).places.filter((each) => each.place === place.place);
      return findFollowed(await open(true), place);
    },
    openLog: async (): Promise<ScopeLog> => {
      const { log } = await open(false);
      if (log === undefined) throw noSuch(source.uri, 'topics');
      return log;
    },
    openHistory: async (): Promise<ScopeHistory> => {
      const { history } = await openBackfill();
      if (history === undefined) throw noSuch(source.uri, 'history');
      return history;
    },
  };
}

/** The file itself first, then the one of its name, then those that rotation made. */
async function findFollowed({ follow }: ScopeSource, place: JournalPlace): Promise<readonly ByteSource[]> {
  if (follow === undefined) return [];
  const { files } = await follow.look();
  follow.close();
  const rank = (file: LiveFile): number => (file.identity === place.identity ? 0 : file.place === place.place ? 1 : 2);
  return [...files].sort((a, b) => rank(a) - rank(b)).map((file) => file.whole());
}

function noSuch(uri: string, what: string): SourceError {
  return new SourceError('range-source', `${uri} has no ${what}, which the journal names`, {
    hint: 'Call it with the sources of the run, as its configuration or --source named them.',
  });
}
