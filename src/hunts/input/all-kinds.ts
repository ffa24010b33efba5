import { retains, type RetentionByName } from '../../dataflow/retention.ts';
import type { CompiledHunt } from '../compile-hunt.ts';

/** How a scope is run, as far as it makes its answers go by records of any kind. */
export interface KindsScope extends RetentionByName {
  readonly hunts: readonly Pick<CompiledHunt, 'plan' | 'alerts'>[];
  readonly retentionMs?: number;
  /** What it did is kept, for hunts that look at other kinds. */
  readonly hasState?: boolean;
  /** The source goes on live. */
  readonly isLive?: boolean;
  /** Records are counted, or shown one by one. */
  readonly counts?: boolean;
}

/**
 * Why records of kinds that add nothing to entities are read all the same; `undefined`: they may be left out. The event clock
 * goes by every record (decision 8), and so do windows, retention and the settling of alerts; a state, and the seam between
 * history and topics, go by which records there were.
 */
export function whyAllKinds(scope: KindsScope): string | undefined {
  const { hunts } = scope;
  if (hunts.some(({ alerts }) => alerts.length > 0)) return 'alerts settle by the time of every record';
  if (hunts.some(({ plan }) => plan.nodes.some((node) => node.op === 'get' && node.timespan?.kind === 'last'))) {
    return 'LAST goes by the time of every record';
  }
  if (retains(scope)) return 'the retention goes by the time of every record';
  if (scope.isLive === true) return 'every record joins history to what comes live';
  if (scope.hasState === true) return 'hunts that go on from the state may look at other kinds';
  if (scope.counts === true) return 'every record counts';
  return undefined;
}
