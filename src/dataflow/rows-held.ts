import type { HuntPlan } from '../plan/hunt-plan.ts';
import type { HuntDataflow } from './hunt-dataflow.ts';
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
export function rowsHeld({ operators, plan, rows: made }: HuntDataflow): {
  readonly rows: number;
  readonly largest: LargestOperator;
} {
  let rows = made.size;
  let largest: LargestOperator = { what: '', statement: 0, rows: -1 };
  for (let node = 0; node < operators.length; node++) {
    const { operator } = operators[node] as HuntDataflow['operators'][number];
    const held = operator instanceof GetOperator ? operator.held : operator.members.size;
    rows += held;
    if (held <= largest.rows) continue;
    const { op, statement } = plan.nodes[node] as HuntPlan['nodes'][number];
    largest = { what: op.toUpperCase(), statement, rows: held };
  }
  return { rows, largest };
}
