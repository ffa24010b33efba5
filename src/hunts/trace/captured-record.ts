import type { Instant } from '../../catalogue/instant.ts';
import { explainMatch, type ExplainedMatch } from '../../dataflow/matching/explain-match.ts';
import type { HuntPlan, NodeIndex } from '../../plan/hunt-plan.ts';
import type { RecordBatch, RecordKind } from '../../telemetry/record-batch.ts';

/** An entity that the record mentions, and how the GETs of its type decide on it. Outlives the batch. */
export interface CapturedEntity {
  readonly type: string;
  readonly role: string;
  readonly key: string;
  readonly matches: ReadonlyMap<NodeIndex, ExplainedMatch | 'all'>;
}

export interface CapturedRecord {
  /** Name of the source it came from. */
  readonly source: string;
  readonly first: Instant;
  readonly last: Instant;
  readonly entities: readonly CapturedEntity[];
}

/** Takes down what is decided on a record by itself, while its batch is there. */
export function captureRecord(plan: HuntPlan, source: string, batch: RecordBatch, row: number): CapturedRecord {
  const kind = batch.kinds[batch.kind[row] as number] as RecordKind;
  const gets = plan.nodes.flatMap((node, index) => (node.op === 'get' ? [{ node, index }] : []));
  return {
    source,
    first: { ms: batch.firstMs[row] as number, ns: batch.firstNs[row] as number },
    last: { ms: batch.lastMs[row] as number, ns: batch.lastNs[row] as number },
    entities: kind.slots
      .filter((slot) => slot.present[row] === 1)
      .map((slot) => ({
        type: slot.type,
        role: slot.role,
        key: slot.identityKey(row),
        matches: new Map(
          gets
            .filter(({ node }) => node.type === slot.type)
            .map(({ node, index }) => [
              index,
              node.pattern === null ? ('all' as const) : explainMatch(node.pattern, kind, slot, batch, row),
            ]),
        ),
      })),
  };
}
