import { compareInstants } from '../../catalogue/instant.ts';
import type { RecordBatch } from '../../telemetry/record-batch.ts';
import type { InputCounts } from '../run/run-observer.ts';

/**
 * Adds a batch to what was read: how many records, and from when to when they reach. `outside`: 1 for records that lie
 * outside the bounds of the run.
 */
export function countInput(counts: InputCounts, batch: RecordBatch, outside?: Uint8Array): void {
  counts.ignored += batch.ignored;
  counts.undecodable += batch.undecodable;
  for (let row = 0; row < batch.size; row++) {
    if (outside?.[row] === 1) continue;
    counts.records++;
    const firstMs = batch.firstMs[row] as number;
    const lastMs = batch.lastMs[row] as number;
    if (counts.from === undefined || firstMs <= counts.from.ms) {
      const first = { ms: firstMs, ns: batch.firstNs[row] as number };
      if (counts.from === undefined || compareInstants(first, counts.from) < 0) counts.from = first;
    }
    if (counts.to === undefined || lastMs >= counts.to.ms) {
      const last = { ms: lastMs, ns: batch.lastNs[row] as number };
      if (counts.to === undefined || compareInstants(last, counts.to) > 0) counts.to = last;
    }
  }
}
