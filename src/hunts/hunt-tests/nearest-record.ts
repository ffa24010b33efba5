import type { HuntDataflow } from '../../dataflow/hunt-dataflow.ts';
import type { EntityGraph } from '../../graph/entity-graph.ts';
import type { Value } from '../../graph/value.ts';
import type { NodeIndex, PlanNode } from '../../plan/hunt-plan.ts';
import type { RecordBatch, RecordKind } from '../../telemetry/record-batch.ts';
import { cellValue } from '../../telemetry/cell-value.ts';
import type { CompiledHunt } from '../compile-hunt.ts';
import { captureRecord, type CapturedRecord } from '../trace/captured-record.ts';
import { traceRecord, type StatementVerdict } from '../trace/trace-record.ts';
import { agrees, type ExpectedRow } from './compare-rows.ts';

/** Records of a test that are looked at. */
const MOST_RECORDS = 1000;

/** The record that came nearest to what a test misses, and where it fell out. */
export interface NearestRecord {
  /** Counts the records of the test from 1. */
  readonly record: number;
  readonly verdict: StatementVerdict;
}

/** Operators of the hunt as they stand at the end of the test. */
interface EngineView {
  readonly dataflow: HuntDataflow;
  readonly graph: EntityGraph;
}

interface Scored {
  readonly nearest: NearestRecord;
  readonly score: readonly number[];
}

interface TakenRecord {
  readonly captured: CapturedRecord;
  /** Of each entity of `captured` in turn: its attributes. */
  readonly attributes: readonly ReadonlyMap<string, Value>[];
}

/** Remembers the records of a test that failed, and finds the one that came nearest. */
export class NearestRecords {
  readonly #hunt: CompiledHunt;
  readonly #taken: TakenRecord[] = [];

  constructor(hunt: CompiledHunt) {
    this.#hunt = hunt;
  }

  take(batch: RecordBatch): void {
    for (let row = 0; row < batch.size && this.#taken.length < MOST_RECORDS; row++) {
      const kind = batch.kinds[batch.kind[row] as number] as RecordKind;
      const attributes = kind.slots
        .filter((slot) => slot.present[row] === 1)
        .map(
          (slot) =>
            new Map(
              slot.attributes.flatMap(({ name, column }) => {
                const value = cellValue(column, batch.lists, row);
                return value === undefined ? [] : [[name, value as Value] as const];
              }),
            ),
        );
      this.#taken.push({ captured: captureRecord(this.#hunt.plan, '', batch, row), attributes });
    }
  }

  /** Of all records the one nearest to one of the variables. Undefined where no statement looks at any. */
  nearestTo(
    variables: readonly string[],
    expected: ExpectedRow | undefined,
    view: EngineView,
  ): NearestRecord | undefined {
    const nodes = this.#hunt.plan.variables.filter(({ name }) => variables.includes(name));
    const found = nodes.flatMap(({ listing }) => this.#nearestToNode(listing.node, expected, view) ?? []);
    return found.reduce<Scored | undefined>(
      (a, b) => (a === undefined || isHigher(b.score, a.score) ? b : a),
      undefined,
    )?.nearest;
  }

  /**
   * The record whose entity agrees with most of the row that is missing, comes through most statements that it has to come
   * through itself, and then fails the fewest comparisons; of equal ones the first. Where that ends at a FIND which has
   * nothing to start from, what it starts from is what is missing.
   */
  #nearestToNode(node: NodeIndex, expected: ExpectedRow | undefined, view: EngineView): Scored | undefined {
    const { nodes } = this.#hunt.plan;
    const statements = sameEntityStatements(nodes, node);
    // Values along references are not those of the entity: they are asked about elsewhere.
    const asked = Object.entries(expected ?? {}).filter(([name]) => !name.includes('.'));
    let best: Scored | undefined;
    for (const [index, { captured, attributes }] of this.#taken.entries()) {
      const verdicts = traceRecord(captured, view.dataflow, view.graph, { resolveSource: () => '' });
      for (const [at, entity] of captured.entities.entries()) {
        const own = verdicts.filter((each) => each.entity === entity && statements.has(each.statement));
        const verdict = own.find(({ status }) => status === 'out');
        if (verdict === undefined) continue;
        const agreeing = asked.filter(([name, value]) => agrees(value, attributes[at]?.get(name))).length;
        // Nothing in common with what is missing is not near.
        if (asked.length > 0 && agreeing === 0) continue;
        const score = [agreeing, own.filter(({ status }) => status === 'in').length, -verdict.comparisons.length];
        if (best === undefined || isHigher(score, best.score))
          best = { nearest: { record: index + 1, verdict }, score };
      }
    }
    const found = nodes.findLast(
      (each) => each.op === 'find' && each.statement + 1 === best?.nearest.verdict.statement,
    );
    if (found?.op !== 'find' || view.dataflow.at(found.input).members.size > 0) return best;
    return this.#nearestToNode(found.input, undefined, view) ?? best;
  }
}

/** Numbers of the statements that an entity has to come through itself to be in what a node gives: up to GET and FIND. */
function sameEntityStatements(nodes: readonly PlanNode[], node: NodeIndex): ReadonlySet<number> {
  const statements = new Set<number>();
  const visit = (index: NodeIndex): void => {
    const each = nodes[index];
    if (each === undefined) return;
    statements.add(each.statement + 1);
    if (each.op === 'merge') each.inputs.forEach(visit);
    else if (each.op === 'join') [each.left, each.right].forEach(visit);
    else if (each.op !== 'find' && 'input' in each) visit(each.input);
  };
  visit(node);
  return statements;
}

function isHigher(a: readonly number[], b: readonly number[]): boolean {
  const at = a.findIndex((value, i) => value !== b[i]);
  return at >= 0 && (a[at] as number) > (b[at] as number);
}
