import type { HuntPlan } from '../plan/hunt-plan.ts';
import type { HuntDataflow } from './hunt-dataflow.ts';
import type { Operator } from './operator.ts';
import { GetOperator } from './operators/get-operator.ts';

/** The operator of a hunt that holds the most. */
export interface LargestOperator {
  /** Its kind, as EXPLAIN names it. */
  readonly what: string;
  /** Index of the statement that it comes from. */
  readonly statement: number;
  readonly rows: number;
}

/** Rows that the operators of a hunt hold: members of each, supports of GET, records that wait, rows made. */
export function rowsHeld({ operators, rows: made }: HuntDataflow): number {
  let rows = made.size;
  for (const { operator } of operators) rows += heldBy(operator);
  return rows;
}

/** Of several that hold the most the first. */
export function largestOperator({ operators, plan }: HuntDataflow): LargestOperator {
  let largest: LargestOperator = { what: '', statement: 0, rows: -1 };
  for (const [node, { operator }] of operators.entries()) {
    const rows = heldBy(operator);
    if (rows <= largest.rows) continue;
    const { op, statement } = plan.nodes[node] as HuntPlan['nodes'][number];
    largest = { what: op.toUpperCase(), statement, rows };
  }
  return largest;
}

function heldBy(operator: Operator): number {
  return operator instanceof GetOperator ? operator.held : operator.members.size;
}
