import { StateError, WindhoverError } from '../../errors/windhover-error.ts';
import { emptyCounts, type InputCounts } from '../../hunts/run/run-observer.ts';
import { ScopeRun } from '../../hunts/run/scope-run.ts';
import type { StateFolder } from '../../hunts/state/state-folder.ts';
import { sourceRetention } from './source-retention.ts';
import { settleAll } from './settle-all.ts';
import { untilAborted } from './until-aborted.ts';
import { scopesOf, type ScopePlan } from './scope-plan.ts';
import type { SessionOptions } from './session-options.ts';
import type { SessionResult } from './session-result.ts';
import { cohortsOf, type ScopeCohort } from './scope-cohort.ts';
import { inputOf, newRound, type SessionRound } from './session-round.ts';
import { isStanding } from './endless-sources.ts';
import { openSessionFolder } from './open-session-folder.ts';
import { recoverAlerts } from './recover-alerts.ts';
import { openSessionOutbox } from './open-session-outbox.ts';
import { sessionDiskGuard } from './session-disk-guard.ts';
import { cohortRunOptions } from './cohort-run-options.ts';

/**
 * Runs hunts in scopes: those that read the same set of sources share one graph and one pass (decision 1). Scopes run one
 * after the other, or side by side where a source is live, as that may never end. Where other hunts are due, the scopes
 * end after a commit, and a round of its own begins over the same state.
 */
export async function runSession(options: SessionOptions): Promise<SessionResult> {
  const { exchange } = options;
  const folder = await openSessionFolder(options);
  let past: InputCounts = emptyCounts();
  try {
    const outbox = await openSessionOutbox(folder, options);
    const disk = sessionDiskGuard(options);
    for (let rounds = 0, hunts = options.hunts; ; rounds++, hunts = exchange?.take() ?? []) {
      const due = exchange?.due;
      const signal = due === undefined ? options.signal : AbortSignal.any([options.signal, due]);
      const sourceRetentionMs = sourceRetention(options.sourceRetentionMs, hunts);
      const current = newRound({ ...options, hunts, signal, sourceRetentionMs }, { outbox, disk }, past);
      await runRound(current, folder);
      const waits = rounds > 0 && current.failures.length === 0 && !isStanding(current.options);
      if (waits) await untilAborted(signal);
      // A state that could not be written takes no more commits: the next call goes on from the last one.
      const isBroken = current.failures.some(({ error }) => error instanceof StateError);
      if (due?.aborted !== true || options.signal.aborted || isBroken) {
        return sessionResult(current);
      }
      past = inputOf(current);
    }
  } finally {
    await options.delivery?.end();
    await folder?.close();
  }
}

function sessionResult(round: SessionRound): SessionResult {
  const { results, scopes, failures } = round;
  const coverage = scopes.map(({ view, coverage: { partitions } }) => ({
    hunts: view.hunts.map(({ hunt }) => hunt.id),
    partitions,
  }));
  return { results, input: inputOf(round), coverage, failures };
}

async function runRound(round: SessionRound, folder: StateFolder | undefined): Promise<void> {
  const { options } = round;
  if (folder !== undefined) await recoverAlerts(folder, options);
  const planned: (() => Promise<void>)[] = [];
  for (const scope of scopesOf(options.hunts)) {
    for (const cohort of await cohortsOf(scope, folder, options)) {
      planned.push(() => runCohort(scope, cohort, folder, round));
    }
  }
  await folder?.releaseOthers((change) => options.huntChanged?.(change), options.holds);
  options.meter?.expect(round.isLive ? planned.length : Math.min(1, planned.length));
  if (round.isLive) await settleAll(planned.map((run) => run()));
  else {
    for (const run of planned) {
      if (options.signal.aborted) break;
      await run();
    }
  }
  // After a failure the outbox keeps what a sink may not have taken.
  if (folder !== undefined && round.failures.length === 0) await folder.delivered(await options.sink.mark());
}

async function runCohort(
  scope: ScopePlan,
  cohort: ScopeCohort,
  folder: StateFolder | undefined,
  round: SessionRound,
): Promise<void> {
  const { options, results, scopes, failures, stop } = round;
  const interrupted = AbortSignal.any([options.signal, stop.signal]);
  const ended = new AbortController();
  const inputEnds = AbortSignal.any([interrupted, ended.signal]);
  try {
    const run = await ScopeRun.open(await cohortRunOptions(scope, cohort, folder, round, inputEnds));
    scopes.push(run);
    options.opened?.(run.view);
    try {
      await run.run(interrupted);
    } finally {
      for (const result of await run.results(options.rowsOf)) results.set(result.file, result);
      await options.inspect?.(run.view);
      run.close();
    }
  } catch (error) {
    if (!(error instanceof WindhoverError)) {
      stop.abort();
      throw error;
    }
    const failure = { hunts: cohort.hunts.map(({ hunt }) => hunt.file), error };
    failures.push(failure);
    options.scopeFailed?.(failure);
  } finally {
    // Standard input that nobody reads any more must not keep the process.
    ended.abort();
  }
}
