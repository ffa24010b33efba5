import type { RecordBatch } from '../../telemetry/record-batch.ts';

/** Least event time of a batch, ms. One without records (counts only) goes first. */
export function earliestMs({ size, firstMs }: RecordBatch): number {
  if (size === 0) return -Infinity;
  let least = Infinity;
  for (let row = 0; row < size; row++) least = Math.min(least, firstMs[row] as number);
  return least;
}
