import type { RecordBatch } from '../../telemetry/record-batch.ts';

/** The stretch of event time that is looked at: from `fromMs` on, up to and without `toMs`; ms since 1970. */
export interface TimeBounds {
  readonly fromMs: number;
  readonly toMs: number;
}

/**
 * 1 for each record of a batch that lies outside, undefined where none does. As with START and STOP, a record that lasts
 * is inside where any part of it is.
 */
export function rowsOutside(batch: RecordBatch, { fromMs, toMs }: TimeBounds): Uint8Array | undefined {
  let outside: Uint8Array | undefined;
  for (let row = 0; row < batch.size; row++) {
    if ((batch.lastMs[row] as number) >= fromMs && (batch.firstMs[row] as number) < toMs) continue;
    (outside ??= new Uint8Array(batch.size))[row] = 1;
  }
  return outside;
}
