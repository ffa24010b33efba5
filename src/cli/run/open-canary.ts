import type { CompiledHunt } from '../../hunts/compile-hunt.ts';
import type { HuntCanary } from '../../hunts/hunt-tests/hunt-canary.ts';
import type { RunStatus } from '../../server/run-status.ts';
import type { RunLog } from '../log/run-log.ts';
import type { RunOptions } from './run-options.ts';
import { systemTimer } from '../system-timer.ts';

export interface CanaryOptions {
  /** The hunts that run, as they are at the moment. */
  readonly hunts: () => readonly CompiledHunt[];
  readonly status: RunStatus | undefined;
  readonly log: RunLog;
  readonly now: () => number;
}

/** The canary of a run with metrics. Absent where options of the call make other hunts than the files say. */
export async function openCanary(
  { alertOn, last }: RunOptions,
  { hunts, status, log, now }: CanaryOptions,
): Promise<HuntCanary | undefined> {
  if (status === undefined || alertOn.length > 0 || last === 'frozen') return undefined;
  const { HuntCanary } = await import('../../hunts/hunt-tests/hunt-canary.ts');
  const dead = new Set<string>();
  return new HuntCanary({
    hunts,
    timer: systemTimer(now),
    told: (hunt, isAlive, why = '') => {
      status.canary(hunt, isAlive);
      if (isAlive && dead.delete(hunt)) void log.event('canary-passed', `${hunt}: its tests pass again`, { hunt });
      if (isAlive || dead.has(hunt)) return;
      dead.add(hunt);
      void log.event('canary-failed', `${hunt}: its own tests do not pass: ${why}`, { hunt });
    },
  });
}
