import type { CarriedMembers } from '../../dataflow/carried-members.ts';
import type { HuntDataflow } from '../../dataflow/hunt-dataflow.ts';
import type { ReferenceTest } from '../../dataflow/matching/explain-match.ts';
import type { CapturedEntity, CapturedRecord } from './captured-record.ts';
import type { CarriedRow } from './carried-row.ts';
import type { FailedComparison } from './failed-comparisons.ts';

/** What is asked of the operators about one entity of a record. */
export interface EntityTrace {
  readonly record: CapturedRecord;
  readonly entity: CapturedEntity;
  readonly handle: number;
  readonly carried: CarriedMembers;
  readonly dataflow: HuntDataflow;
  readonly test: ReferenceTest;
  readonly resolveSource: (uri: string) => string;
  /** `by the end of the input`, or by when else. */
  readonly when: string;
}

/** What a node makes of an entity. */
export interface NodeVerdict {
  /** `in`; `out`: it fell out here; `missing`: it is not in what the statement reads. */
  readonly status: 'in' | 'out' | 'missing';
  readonly reason: string;
  readonly comparisons: readonly FailedComparison[];
  /** The members that it stands in or leads to, where those are others than itself: the first ones. */
  readonly rows: readonly CarriedRow[];
}

export function fellOut(reason: string, comparisons: readonly FailedComparison[] = []): NodeVerdict {
  return { status: 'out', reason, comparisons, rows: [] };
}
