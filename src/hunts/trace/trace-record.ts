import { CarriedMembers } from '../../dataflow/carried-members.ts';
import type { HuntDataflow } from '../../dataflow/hunt-dataflow.ts';
import type { ReferenceTest } from '../../dataflow/matching/explain-match.ts';
import type { ValuesOperator } from '../../dataflow/operators/values-operator.ts';
import type { EntityGraph } from '../../graph/entity-graph.ts';
import type { NodeIndex, PlanNode } from '../../plan/hunt-plan.ts';
import type { CapturedEntity, CapturedRecord } from './captured-record.ts';
import type { EntityTrace, NodeVerdict } from './entity-trace.ts';
import { nodeVerdict } from './node-verdict.ts';

/** What a statement makes of an entity that the record mentions. */
export interface StatementVerdict extends NodeVerdict {
  /** Counts from 1. */
  readonly statement: number;
  readonly entity: CapturedEntity;
}

export interface TraceOptions {
  readonly resolveSource: (uri: string) => string;
  /** Default: by the end of the input. */
  readonly when?: string;
}

/** The entities of a record, each to be asked about. Those that the graph does not keep are in nothing. */
export function entityTraces(
  record: CapturedRecord,
  dataflow: HuntDataflow,
  graph: EntityGraph,
  { resolveSource, when = 'by the end of the input' }: TraceOptions,
): EntityTrace[] {
  const test: ReferenceTest = (comparison, element) =>
    comparison.references.some((node) =>
      (dataflow.at(node) as ValuesOperator).set.matches(comparison.operator, element),
    );
  return record.entities.map((entity) => {
    const handle = graph.registry.find(entity.type, entity.key) ?? 0;
    const carried = new CarriedMembers(dataflow, handle);
    return { record, entity, handle, carried, dataflow, test, resolveSource, when };
  });
}

/**
 * What each statement of a hunt makes of the entities of a record, as the operators stand: an entity falls out where it, or
 * what has become of it, is in what a statement reads and not in what it gives.
 */
export function traceRecord(
  record: CapturedRecord,
  dataflow: HuntDataflow,
  graph: EntityGraph,
  options: TraceOptions,
): StatementVerdict[] {
  return statementVerdicts(entityTraces(record, dataflow, graph, options), dataflow.plan.nodes);
}

/** The same of entities that are asked about already. `nodes`: of their plan. */
export function statementVerdicts(traces: readonly EntityTrace[], nodes: readonly PlanNode[]): StatementVerdict[] {
  return resultNodes(nodes).flatMap((index) =>
    traces.flatMap((trace): StatementVerdict[] => {
      const told = nodeVerdict(trace, index);
      if (told === undefined) return [];
      const statement = (nodes[index] as PlanNode).statement + 1;
      return [{ statement, entity: trace.entity, ...told }];
    }),
  );
}

/** The node that a statement gives: its last one that is not a set of values. */
function resultNodes(nodes: readonly PlanNode[]): NodeIndex[] {
  const last = new Map<number, NodeIndex>();
  nodes.forEach((node, index) => {
    if (node.op !== 'values') last.set(node.statement, index);
  });
  return [...last.values()];
}
