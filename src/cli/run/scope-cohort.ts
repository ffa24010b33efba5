import { randomBytes } from 'node:crypto';
import type { ScopeState } from '../../hunts/state/scope-state.ts';
import type { StateFolder } from '../../hunts/state/state-folder.ts';
import { huntIdentity, type HuntIdentity } from '../../hunts/upgrade/hunt-identity.ts';
import type { Demand } from '../../telemetry/demand.ts';
import { demandOf } from '../../hunts/demand-of.ts';
import type { ScopePlan } from './scope-plan.ts';
import type { SessionHunt, SessionOptions } from './session-options.ts';

/** Hunts of one scope that started together: they share a graph and a state. */
export interface ScopeCohort {
  readonly hunts: readonly SessionHunt[];
  readonly demand: Demand;
  readonly state: ScopeState | undefined;
  /** Names it among all readers of its sources. */
  readonly group: string;
}

/** The cohorts of a scope: as the state folder has them, else one of all hunts. */
export async function cohortsOf(
  scope: ScopePlan,
  folder: StateFolder | undefined,
  options: SessionOptions,
): Promise<ScopeCohort[]> {
  const pick = (ids: readonly HuntIdentity[]): SessionHunt[] =>
    ids.flatMap(({ id }) => scope.hunts.filter(({ hunt }) => hunt.id === id));
  if (folder === undefined) {
    return [
      {
        hunts: scope.hunts,
        demand: demandOf(
          scope.hunts.map(({ hunt }) => hunt),
          options,
        ),
        state: undefined,
        group: `run-${randomBytes(5).toString('hex')}`,
      },
    ];
  }
  const cohorts = await folder.cohorts(
    scope.sources.map((source) => source.id),
    scope.hunts.map(({ hunt }) => huntIdentity(hunt)),
    (ids) =>
      demandOf(
        pick(ids).map(({ hunt }) => hunt),
        options,
      ),
    (change) => options.huntChanged?.(change),
    options.holds,
  );
  return cohorts.map(({ hunts, demand, state, group }) => ({ hunts: pick(hunts), demand, state, group }));
}
