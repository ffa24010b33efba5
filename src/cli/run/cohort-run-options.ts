import { randomInt } from 'node:crypto';
import type { ScopeRun } from '../../hunts/run/scope-run.ts';
import type { StateFolder } from '../../hunts/state/state-folder.ts';
import { openScopeSources } from '../sources/open-scope-sources.ts';
import { DEFAULT_LIVE_RETENTION_MS } from './run-options.ts';
import type { ScopePlan } from './scope-plan.ts';
import { systemTimer } from '../system-timer.ts';
import type { ScopeCohort } from './scope-cohort.ts';
import { inputOf, type SessionRound } from './session-round.ts';
import { isEndless, isStdin } from './endless-sources.ts';

/** How a cohort is run in a round: its sources opened, and what of the session it shares with other cohorts. `signal` ends the input. */
export async function cohortRunOptions(
  scope: ScopePlan,
  { hunts, demand, state, group }: ScopeCohort,
  folder: StateFolder | undefined,
  round: SessionRound,
  signal: AbortSignal,
): Promise<Parameters<typeof ScopeRun.open>[0]> {
  const { options, commits, isLive, outbox, disk } = round;
  const hasNoEnd = options.follow === true || scope.sources.some(({ endless }) => endless);
  const endsBesideEndless = !hasNoEnd && options.hunts.some(isEndless);
  const { latenessMs, hostAliases, maxLineBytes, snapshots, countRecords, observer, sink, now } = options;
  const timer = options.timer ?? systemTimer(now);
  const sources = await openScopeSources(scope.sources, { session: options, group, timer, signal });
  // Standard input beside files that end is merged with them by time, as these are.
  const takesAsItComes = hasNoEnd || (isLive && scope.sources.every(isStdin));
  const bySource = new Map(hunts.flatMap((hunt) => [...hunt.sources].map(([uri, source]) => [uri, source.id])));
  return {
    hunts: hunts.map(({ hunt }) => hunt),
    sources,
    resolveSource: (uri) => bySource.get(uri) ?? uri,
    demand,
    retentionMs: options.retentionMs ?? (hasNoEnd ? DEFAULT_LIVE_RETENTION_MS : Infinity),
    sourceRetentionMs: options.sourceRetentionMs,
    typeRetentionMs: options.typeRetentionMs,
    latenessMs,
    hostAliases,
    maxLineBytes,
    limits: options.limits,
    disk,
    seed: folder?.seed ?? randomInt(1, 2 ** 31),
    snapshots,
    countRecords,
    meter: options.meter,
    observer: { ...observer, progress: (_counts, sizes) => observer.progress(inputOf(round), sizes) },
    state,
    bounds: options.bounds,
    notes: options.notes,
    emit: async (alerts) => {
      await sink.write(alerts);
      // With a state the commit has put them there.
      if (state === undefined) await outbox?.add(alerts);
    },
    room: outbox === undefined ? undefined : (signal) => outbox.room(signal),
    saves: endsBesideEndless && options.saves !== undefined ? { ...options.saves, everyMs: null } : options.saves,
    sinkMark: () => sink.mark(),
    wallClock: now,
    clock: options.clock ?? (hasNoEnd ? 'wall' : 'event'),
    live: takesAsItComes ? { timer, displayMs: hasNoEnd ? options.displayMs : undefined } : undefined,
    exclusive: (action) => commits.run(action),
  };
}
