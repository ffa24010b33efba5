import type { Timer } from '../telemetry/timer.ts';

/** The timers of the process, with the wall clock of the command. */
export function systemTimer(now: () => number): Timer {
  return {
    now,
    after(ms, callback) {
      const timer = setTimeout(callback, ms);
      return () => clearTimeout(timer);
    },
  };
}
