import type { Scope } from '../../dataflow/scope.ts';
import { GetOperator } from '../../dataflow/operators/get-operator.ts';
import { LimitOperator } from '../../dataflow/operators/limit-operator.ts';
import type { AlertFeed } from '../alerts/alert-feed.ts';

/** In place of a commit where there is no state: what it would have written is no longer kept in mind. */
export function forgetChanges({ graph, hunts }: Scope, feeds: readonly AlertFeed[]): void {
  graph.contents.forgetChanged();
  graph.observations.forgetChanged();
  for (const dataflow of hunts) {
    for (const { operator } of dataflow.operators) {
      if (operator instanceof GetOperator || operator instanceof LimitOperator) operator.forgetChanged();
    }
  }
  for (const feed of feeds) feed.forgetChanged();
}
