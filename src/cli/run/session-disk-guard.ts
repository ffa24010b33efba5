import { DiskGuard } from '../../hunts/limits/disk-guard.ts';
import { DEFAULT_RUN_LIMITS } from '../../hunts/limits/run-limits.ts';
import { diskSpace } from '../disk-space.ts';
import { systemTimer } from '../system-timer.ts';
import type { SessionOptions } from './session-options.ts';
import { isLive } from './endless-sources.ts';

/** Watches the disk of the state folder, where there is one. */
export function sessionDiskGuard(options: SessionOptions): DiskGuard | undefined {
  const { stateFolder, disk, limits = DEFAULT_RUN_LIMITS, now, timer = systemTimer(now) } = options;
  if (stateFolder === undefined || disk === undefined) return undefined;
  const measure = diskSpace(stateFolder, now, limits.stateMaxBytes !== Infinity);
  return new DiskGuard({ limits, measure, timer, waits: isLive(options), observer: disk });
}
