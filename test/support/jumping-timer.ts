import type { Timer } from '../../src/telemetry/timer.ts';

/** Time passes only while somebody waits, and then at once. */
export function jumpingTimer(): Timer {
  let now = 0;
  return {
    now: () => now,
    after: (ms, callback) => {
      now += ms;
      queueMicrotask(callback);
      return () => {};
    },
  };
}
