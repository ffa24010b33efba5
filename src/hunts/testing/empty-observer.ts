import type { RunObserver } from '../run/run-observer.ts';

/** Listens to nothing: tests name what they want to hear. */
export const emptyObserver: RunObserver = {
  place: () => {},
  rejects: () => {},
  snapshot: () => {},
  huntFailed: () => {},
  progress: () => {},
};
