import type { Instant } from '../../catalogue/instant.ts';

/** Where an epoch stands when its alerts are collected. */
export interface AlertMoment {
  readonly epoch: number;
  readonly now: Instant | undefined;
  /** Wall clock, ms: when alerts are seen and written. */
  readonly wallMs: number;
  /** What enters was there before the restart. */
  readonly replayed: boolean;
  /** It comes from history that live sources go on from. */
  readonly backfilled: boolean;
}
