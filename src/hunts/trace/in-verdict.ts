import { outcomeHolds } from '../../dataflow/matching/explain-match.ts';
import type { NodeIndex } from '../../plan/hunt-plan.ts';
import { carriedRow, carriedRowText, type CarriedRow } from './carried-row.ts';
import type { EntityTrace, NodeVerdict } from './entity-trace.ts';

/** Rows that are named. */
const MOST_NAMED = 3;

/** In which way an entity is in what a node gives: itself, as rows of its own, in rows with others, or by what it leads to. */
export function inVerdict(trace: EntityTrace, index: NodeIndex): NodeVerdict {
  const { carried, dataflow, handle } = trace;
  const members = carried.at(index);
  const told = (reason: string, rows: readonly CarriedRow[]): NodeVerdict => ({
    status: 'in',
    reason,
    comparisons: [],
    rows,
  });
  if (members.has(handle)) return told(byThisRecord(trace, index) ? 'is in' : 'is in, by another record', []);
  const rows = [...members].slice(0, MOST_NAMED).map((member) => carriedRow(dataflow, member));
  const [first = 0] = members;
  const text = rows.map(carriedRowText).join('; ');
  const rest = members.size - rows.length;
  const named = rest === 0 ? text : `${text}; and ${rest} more`;
  const count = `${members.size} ${members.size === 1 ? 'row' : 'rows'}`;
  if (first >= 0) return told(`leads to ${members.size} of them: ${named}`, rows);
  if (dataflow.rows.entityOf(first) === handle) return told(`is in with ${count}: ${named}`, rows);
  return told(`counts in ${count}: ${named}`, rows);
}

/** An entity may be in by other records than this one. */
function byThisRecord({ entity, test }: EntityTrace, index: NodeIndex): boolean {
  const match = entity.matches.get(index);
  return match === undefined || match === 'all' || outcomeHolds(match.outcome, test);
}
