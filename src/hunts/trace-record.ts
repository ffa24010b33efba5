import { compareInstants, type Instant } from '../catalogue/instant.ts';
import type { HuntDataflow } from '../dataflow/hunt-dataflow.ts';
import {
  explainMatch,
  fellOutAt,
  leavesOf,
  outcomeHolds,
  type ExplainedLeaf,
  type ExplainedMatch,
  type ReferenceTest,
} from '../dataflow/matching/explain-match.ts';
import type { FilterOperator } from '../dataflow/operators/filter-operator.ts';
import type { FindOperator } from '../dataflow/operators/find-operator.ts';
import type { GetOperator } from '../dataflow/operators/get-operator.ts';
import type { ValuesOperator } from '../dataflow/operators/values-operator.ts';
import type { EntityGraph } from '../graph/entity-graph.ts';
import type { Value } from '../graph/value.ts';
import type { CompiledHunt } from './compile-hunt.ts';
import { patternText, timespanText } from '../plan/pattern-text.ts';
import { referenceName } from '../plan/reference-name.ts';
import type { GetNode, NodeIndex, PlanNode } from '../plan/hunt-plan.ts';
import type { RecordBatch, RecordKind } from '../telemetry/record-batch.ts';

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

/** Both values of a comparison that does not hold. */
export interface FailedComparison {
  /** As the huntflow writes it. */
  readonly text: string;
  /** The attribute that is compared. */
  readonly attribute: string;
  /** On the record, or of the entity; none: not known. */
  readonly found: readonly Value[];
  /** What the variables that it refers to hold; the first ones. */
  readonly referenced?: readonly Value[];
}

export interface StatementVerdict {
  /** Counts from 1. */
  readonly statement: number;
  readonly entity: CapturedEntity;
  /** `in`; `out`: it fell out here; `missing`: it is not in what the statement reads. */
  readonly status: 'in' | 'out' | 'missing';
  readonly reason: string;
  readonly comparisons: readonly FailedComparison[];
}

/** Values of a referenced variable that are told. */
const MOST_REFERENCED = 5;

/** Takes down what is decided on a record by itself, while its batch is there. */
export function captureRecord(hunt: CompiledHunt, source: string, batch: RecordBatch, row: number): CapturedRecord {
  const kind = batch.kinds[batch.kind[row] as number] as RecordKind;
  const gets = hunt.plan.nodes.flatMap((node, index) => (node.op === 'get' ? [{ node, index }] : []));
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

/**
 * What each statement of a hunt makes of the entities of a record, once the input has ended: an entity falls out where it is in
 * what a statement reads and not in what it gives. Statements that make rows of their own (GROUP, JOIN, records) are not
 * followed, nor those behind them.
 */
export function traceRecord(
  record: CapturedRecord,
  hunt: CompiledHunt,
  dataflow: HuntDataflow,
  graph: EntityGraph,
  resolveSource: (uri: string) => string,
): StatementVerdict[] {
  const test: ReferenceTest = (comparison, element) =>
    comparison.references.some((node) =>
      (dataflow.at(node) as ValuesOperator).set.matches(comparison.operator, element),
    );
  const { nodes } = hunt.plan;
  const tracer = { record, nodes, dataflow, test, resolveSource };
  return resultNodes(nodes).flatMap((index) => {
    const node = nodes[index] as PlanNode;
    return record.entities
      .filter(({ type }) => type === node.type)
      .flatMap((entity): StatementVerdict[] => {
        const handle = graph.intern(entity.type, entity.key);
        const isIn = dataflow.at(index).members.has(handle);
        const told = isIn
          ? { status: 'in' as const, reason: inReason(entity, index, test), comparisons: [] }
          : verdict(tracer, index, entity, handle);
        return told === undefined ? [] : [{ statement: node.statement + 1, entity, ...told }];
      });
  });
}

/** The node that a statement gives: its last one that is not a set of values. */
function resultNodes(nodes: readonly PlanNode[]): NodeIndex[] {
  const last = new Map<number, NodeIndex>();
  nodes.forEach((node, index) => {
    if (node.op !== 'values') last.set(node.statement, index);
  });
  return [...last.values()];
}

interface Tracer {
  readonly record: CapturedRecord;
  readonly nodes: readonly PlanNode[];
  readonly dataflow: HuntDataflow;
  readonly test: ReferenceTest;
  readonly resolveSource: (uri: string) => string;
}

type Verdict = Pick<StatementVerdict, 'status' | 'reason' | 'comparisons'>;

/** Why an entity is not in what a node gives. */
function verdict(tracer: Tracer, index: NodeIndex, entity: CapturedEntity, handle: number): Verdict | undefined {
  const { nodes, dataflow, test } = tracer;
  const node = nodes[index] as PlanNode;
  const isIn = (input: NodeIndex): boolean => dataflow.at(input).members.has(handle);
  const out = (reason: string, comparisons: readonly FailedComparison[] = []): Verdict => ({
    status: 'out',
    reason,
    comparisons,
  });
  const missing = (input: NodeIndex): Verdict => ({
    status: 'missing',
    reason: `is not in what statement ${statementOf(nodes, input)} gives`,
    comparisons: [],
  });
  switch (node.op) {
    case 'get':
      return ofGet(tracer, node, index, entity);
    case 'filter': {
      if (!isIn(node.input))
        return innerVerdict(tracer, node.input, node.statement, entity, handle) ?? missing(node.input);
      const filter = dataflow.at(index) as FilterOperator;
      const leaves = leavesOf(node.pattern).map((leaf) => {
        const found = dataflow.reader.values(handle, leaf.path).flatMap((value) => value as Value);
        return [leaf, { leaf, found, outcome: filter.decide(leaf, handle) }] as const;
      });
      const match = { pattern: node.pattern, outcome: filter.decide(node.pattern, handle), leaves: new Map(leaves) };
      return out(
        'what is known of it by the end of the input does not satisfy',
        failed(tracer, fellOutAt(match, test)),
      );
    }
    case 'find': {
      const find = dataflow.at(index) as FindOperator;
      const partners = find.partnersOf(handle).length;
      const input = statementOf(nodes, node.input);
      const size = dataflow.at(node.input).members.size;
      if (partners === 0) {
        const reason = `has that relation with none of the ${size} that statement ${input} gives`;
        return out(
          nodes[node.witness ?? -1]?.op === 'get'
            ? `${reason}, by a record that satisfies what is asked of it`
            : reason,
        );
      }
      const witness = nodes[node.witness ?? -1];
      if (node.witness === undefined || witness?.op !== 'get') return out('is of another type');
      const of = ofGet(tracer, witness, node.witness, entity);
      return of === undefined || of.status !== 'out'
        ? out('has the relation; no record in range satisfies the rest')
        : { ...of, reason: `has the relation; ${of.reason}` };
    }
    case 'limit':
      if (!isIn(node.input))
        return innerVerdict(tracer, node.input, node.statement, entity, handle) ?? missing(node.input);
      return out(
        `lies outside of ${node.limit === null ? '' : `LIMIT ${node.limit} `}OFFSET ${node.offset} in its order`,
      );
    case 'merge':
      if (node.inputs.some(isIn)) return undefined;
      return {
        status: 'missing',
        reason: `is in none of what statements ${node.inputs.map((input) => statementOf(nodes, input)).join(', ')} give`,
        comparisons: [],
      };
    default:
      return undefined;
  }
}

/** A statement may be several nodes: GET … LIMIT. Where it fell out in an earlier one, that one says why. */
function innerVerdict(
  tracer: Tracer,
  input: NodeIndex,
  statement: number,
  entity: CapturedEntity,
  handle: number,
): Verdict | undefined {
  return tracer.nodes[input]?.statement === statement ? verdict(tracer, input, entity, handle) : undefined;
}

function ofGet(tracer: Tracer, node: GetNode, index: NodeIndex, entity: CapturedEntity): Verdict | undefined {
  const { record, dataflow, test, resolveSource } = tracer;
  const out = (reason: string, comparisons: readonly FailedComparison[] = []): Verdict => ({
    status: 'out',
    reason,
    comparisons,
  });
  if (node.sources !== null && !node.sources.some((uri) => resolveSource(uri) === record.source)) {
    return out(`the statement reads ${node.sources.join(', ')} only`);
  }
  const match = entity.matches.get(index);
  if (match === undefined) return undefined;
  if (match !== 'all' && !outcomeHolds(match.outcome, test)) {
    const comparisons = failed(tracer, fellOutAt(match, test));
    if (comparisons.length > 0) return out('the record does not satisfy', comparisons);
    return out('each comparison holds, but not all of them on one entity of the other type');
  }
  const { timespan } = node;
  if (timespan?.kind === 'absolute') {
    const inRange =
      compareInstants(record.first, timespan.stop) < 0 && compareInstants(record.last, timespan.start) >= 0;
    if (!inRange) return out(`the record satisfies, but lies outside${timespanText(timespan).replace(/^,/u, '')}`);
  }
  if (timespan?.kind === 'last') {
    const episode = (dataflow.at(index) as GetOperator).members.size;
    return out(
      `the record satisfies; at the end of the input it is older than${timespanText(timespan).replace(/^, in the last/u, '')} (${episode} are not)`,
    );
  }
  return undefined;
}

function failed({ dataflow }: Tracer, leaves: readonly ExplainedLeaf[]): FailedComparison[] {
  return leaves.map(({ leaf, found }) => {
    const text = patternText(leaf, (node) => referenceName(dataflow.plan, node));
    const told = { text, attribute: leaf.path.text, found };
    if (leaf.kind === 'null' || leaf.references.length === 0) return told;
    const referenced: Value[] = [];
    for (const node of leaf.references) {
      for (const value of (dataflow.at(node) as ValuesOperator).set.values()) {
        if (referenced.length < MOST_REFERENCED) referenced.push(value);
      }
    }
    return { ...told, referenced };
  });
}

function statementOf(nodes: readonly PlanNode[], index: NodeIndex): number {
  return (nodes[index]?.statement ?? 0) + 1;
}

/** An entity may be in by other records than this one. */
function inReason({ matches }: CapturedEntity, index: NodeIndex, test: ReferenceTest): string {
  const match = matches.get(index);
  if (match === undefined || match === 'all' || outcomeHolds(match.outcome, test)) return 'is in';
  return 'is in, by another record';
}
