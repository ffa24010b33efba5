import { compareInstants } from '../../catalogue/instant.ts';
import { fellOutAt, outcomeHolds } from '../../dataflow/matching/explain-match.ts';
import type { GetNode, NodeIndex } from '../../plan/hunt-plan.ts';
import { timespanText } from '../../plan/pattern-text.ts';
import { fellOut, type EntityTrace, type NodeVerdict } from './entity-trace.ts';
import { failedComparisons } from './failed-comparisons.ts';

/** Why a GET from a source, which decides on records, did not take an entity for this record. Undefined: the record is no reason. */
export function getVerdict(trace: EntityTrace, node: GetNode, index: NodeIndex): NodeVerdict | undefined {
  const { record, entity, dataflow, test, resolveSource, when } = trace;
  if (node.sources !== null && !node.sources.some((uri) => resolveSource(uri) === record.source)) {
    return fellOut(`the statement reads ${node.sources.join(', ')} only`);
  }
  const match = entity.matches.get(index);
  if (match === undefined) return undefined;
  if (match !== 'all' && !outcomeHolds(match.outcome, test)) {
    const comparisons = failedComparisons(dataflow, fellOutAt(match, test));
    if (comparisons.length > 0) return fellOut('the record does not satisfy', comparisons);
    return fellOut('each comparison holds, but not all of them on one entity of the other type');
  }
  const { timespan } = node;
  if (timespan?.kind === 'absolute') {
    const inRange =
      compareInstants(record.first, timespan.stop) < 0 && compareInstants(record.last, timespan.start) >= 0;
    if (!inRange) return fellOut(`the record satisfies, but lies outside${timespanText(timespan).replace(/^,/u, '')}`);
  }
  if (timespan?.kind === 'last') {
    const window = timespanText(timespan).replace(/^, in the last/u, '');
    const others = dataflow.at(index).members.size;
    return fellOut(`the record satisfies; ${when} it is older than${window} (${others} are not)`);
  }
  return undefined;
}
