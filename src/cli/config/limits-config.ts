import { z } from 'zod';
import { DURATION_PATTERN, parseDuration } from '../../hunts/hunt-file/hunt-file-duration.ts';
import { DEFAULT_RUN_LIMITS, type RunLimits } from '../../hunts/limits/run-limits.ts';

/** What a run may take, under `limits:`. */
export const limitsSchema = z.strictObject({
  silent_after: z.string().regex(DURATION_PATTERN, 'expected a duration such as 30s, 5m, 1h or 2d').optional(),
  hunt_rows: z.int().min(1).optional(),
  hunt_share: z.number().gt(0).max(1).optional(),
  slow_hunts: z.enum(['tell', 'stop'], 'expected tell or stop').optional(),
  state_free_bytes: z.int().min(0).optional(),
  state_max_bytes: z.int().min(1).optional(),
  entity_cache: z.int().min(1000).optional(),
});

/** With defaults for what is not given. `silent_after: 0s` tells of no source. */
export function runLimits(keys: z.infer<typeof limitsSchema> | undefined): RunLimits {
  const { silent_after: silentAfter, ...rest } = keys ?? {};
  const defaults = DEFAULT_RUN_LIMITS;
  return {
    silentAfterMs: silentAfter === undefined ? defaults.silentAfterMs : parseDuration(silentAfter) || Infinity,
    huntRows: rest.hunt_rows ?? defaults.huntRows,
    huntShare: rest.hunt_share ?? defaults.huntShare,
    slowHunts: rest.slow_hunts ?? defaults.slowHunts,
    stateFreeBytes: rest.state_free_bytes ?? defaults.stateFreeBytes,
    stateMaxBytes: rest.state_max_bytes ?? defaults.stateMaxBytes,
    entityCache: rest.entity_cache ?? defaults.entityCache,
  };
}
