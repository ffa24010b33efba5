import type { Instant } from '../../catalogue/instant.ts';
import type { NodeIndex, PlanNode } from '../../plan/hunt-plan.ts';
import type { RecordBatch } from '../../telemetry/record-batch.ts';
import type { CompiledHunt } from '../compile-hunt.ts';
import { traceRecord, type StatementVerdict } from '../trace/trace-record.ts';
import { agrees, type ExpectedRow } from './compare-rows.ts';
import {
  countIn,
  TakenRecords,
  type EarlierStanding,
  type EngineView,
  type TakenEntity,
  type TakenRecord,
} from './taken-records.ts';

/** The record that came nearest to what a test misses, and where it fell out. */
export interface NearestRecord {
  /** Counts the records of the test from 1. */
  readonly record: number;
  readonly verdict: StatementVerdict;
  /** Time has let go of the record since. Absent: as of when it is missing. */
  readonly asOf?: Instant;
}

/** What a test misses, and when. */
export interface MissingRow {
  /** One of these should have held it. */
  readonly variables: readonly string[];
  /** Absent: any row would do. */
  readonly row: ExpectedRow | undefined;
  /** An alert is missing: what was in the variable once has raised one. */
  readonly isAlert: boolean;
  /** `by the end of the input`, or by when else. */
  readonly when: string;
}

type Search = Pick<MissingRow, 'row' | 'isAlert' | 'when'> & { readonly view: EngineView };

/** How an entity came out. */
interface Standing {
  /** It is there, or was. */
  readonly isIn: boolean;
  /** Statements that it came through. */
  readonly passed: number;
  /** Absent: it fell out nowhere. */
  readonly verdict: StatementVerdict | undefined;
  /** `verdict` is of then. */
  readonly earlier: EarlierStanding | undefined;
}

interface Scored {
  readonly nearest: NearestRecord;
  readonly idle: ReadonlySet<NodeIndex> | undefined;
  readonly score: readonly number[];
}

/** Remembers the records of a test that failed, and finds the one that came nearest. */
export class NearestRecords {
  readonly #hunt: CompiledHunt;
  readonly #records: TakenRecords;

  constructor(hunt: CompiledHunt) {
    this.#hunt = hunt;
    this.#records = new TakenRecords(hunt.plan);
  }

  take(batch: RecordBatch): void {
    this.#records.take(batch);
  }

  /** Time is about to let go of something. */
  lookBefore(view: EngineView, now: Instant | undefined): void {
    this.#records.lookBefore(view, now);
  }

  /** Of all records so far the one nearest to one of the variables. Undefined where no statement looks at any. */
  nearestTo({ variables, ...search }: MissingRow, view: EngineView): NearestRecord | undefined {
    const nodes = this.#hunt.plan.variables.filter(({ name }) => variables.includes(name));
    const found = nodes.flatMap(({ listing }) => this.#nearestToNode(listing.node, { ...search, view }) ?? []);
    return highest(found)?.nearest;
  }

  /**
   * The record whose entity agrees with most of the row that is missing, comes through most statements that it has to come
   * through itself, is what the record speaks of, and then fails the fewest comparisons; of equal ones the first. What is there
   * already is not missing. Where that ends at a FIND which has nothing to start from, what it starts from is what is missing.
   */
  #nearestToNode(node: NodeIndex, search: Search): Scored | undefined {
    const { nodes } = this.#hunt.plan;
    const behind = sameEntityNodes(nodes, node);
    const statements = new Set(behind.map((index) => (nodes[index] as PlanNode).statement + 1));
    // Values along references are not those of the entity: they are asked about elsewhere.
    const asked = Object.entries(search.row ?? {}).filter(([name]) => !name.includes('.'));
    const agreementsOf = ({ attributes }: TakenEntity): number =>
      asked.filter(([name, value]) => agrees(value, attributes.get(name))).length;
    const candidates: Scored[] = [];
    let agreeingInside = 0;
    for (const record of this.#records.all) {
      const standings = this.#standings(record, node, statements, search);
      const inside = record.entities.filter((_, i) => standings[i]?.isIn === true);
      agreeingInside = Math.max(agreeingInside, ...inside.map(agreementsOf));
      // Its parent fell out, and nobody asked for that one.
      if (asked.length === 0 && inside.some((each) => this.#isSubjectOf(each, node))) continue;
      for (const [i, each] of record.entities.entries()) {
        const { isIn, passed, verdict, earlier } = standings[i] as Standing;
        if (isIn || verdict === undefined) continue;
        const agreeing = agreementsOf(each);
        // Nothing in common with what is missing is not near.
        if (asked.length > 0 && agreeing === 0) continue;
        const nearest = { record: record.number, verdict, ...(earlier === undefined ? {} : { asOf: earlier.asOf }) };
        const score = [agreeing, passed, each.isSubject ? 1 : 0, -verdict.comparisons.length];
        candidates.push({ nearest, idle: earlier?.idle, score });
      }
    }
    const best = highest(candidates);
    const start = this.#missingStart(behind, best, search.view);
    // What LAST has let go of there has raised nothing here.
    const started =
      start === undefined ? undefined : this.#nearestToNode(start, { ...search, row: undefined, isAlert: false });
    if (started !== undefined) return started;
    // What is there already agrees with more of the row: it stands beside the row as the nearest one.
    return best !== undefined && (best.score[0] as number) < agreeingInside ? undefined : best;
  }

  /** What a FIND starts from, where it had nothing: the one at which the best record fell out, or the first one where no record is near. */
  #missingStart(behind: readonly NodeIndex[], best: Scored | undefined, view: EngineView): NodeIndex | undefined {
    const { nodes } = this.#hunt.plan;
    for (const index of behind) {
      const node = nodes[index];
      if (node?.op !== 'find') continue;
      if (best !== undefined && node.statement + 1 !== best.nearest.verdict.statement) continue;
      const isIdle = best?.idle?.has(index) ?? view.dataflow.at(node.input).members.size === 0;
      if (isIdle) return node.input;
    }
    return undefined;
  }

  #isSubjectOf({ entity, isSubject }: TakenEntity, node: NodeIndex): boolean {
    return isSubject && entity.type === this.#hunt.plan.nodes[node]?.type;
  }

  /** Of each entity of a record in turn. */
  #standings(
    { captured, earlier, entities }: TakenRecord,
    node: NodeIndex,
    statements: ReadonlySet<number>,
    { view: { dataflow, graph }, when, isAlert }: Search,
  ): Standing[] {
    const last = (this.#hunt.plan.nodes[node] as PlanNode).statement + 1;
    const isInLast = (own: readonly StatementVerdict[]): boolean =>
      own.some(({ statement, status }) => statement === last && status === 'in');
    const verdicts = traceRecord(captured, dataflow, graph, { resolveSource: () => '', when });
    return entities.map(({ entity }): Standing => {
      const isOwn = (each: StatementVerdict): boolean => each.entity === entity && statements.has(each.statement);
      const now = verdicts.filter(isOwn);
      const then = earlier?.verdicts.filter(isOwn) ?? [];
      const out = now.find(({ status }) => status === 'out');
      if (countIn(then) <= countIn(now)) {
        return { isIn: isInLast(now), passed: countIn(now), verdict: out, earlier: undefined };
      }
      const fellOut = then.find(({ status }) => status === 'out');
      return {
        isIn: isInLast(now) || (isAlert && isInLast(then)),
        passed: countIn(then),
        // Where it came through all, it is time that let it fall out.
        verdict: fellOut ?? out,
        earlier: fellOut === undefined ? undefined : earlier,
      };
    });
  }
}

/** Nodes that an entity has to come through itself to be in what a node gives, from there up to GET and FIND. */
function sameEntityNodes(nodes: readonly PlanNode[], node: NodeIndex): readonly NodeIndex[] {
  const found = new Set<NodeIndex>();
  const visit = (index: NodeIndex): void => {
    const each = nodes[index];
    if (each === undefined || found.has(index)) return;
    found.add(index);
    if (each.op === 'merge') each.inputs.forEach(visit);
    else if (each.op === 'join') [each.left, each.right].forEach(visit);
    else if (each.op !== 'find' && 'input' in each) visit(each.input);
  };
  visit(node);
  return [...found];
}

function highest(scored: readonly Scored[]): Scored | undefined {
  return scored.reduce<Scored | undefined>(
    (a, b) => (a === undefined || isHigher(b.score, a.score) ? b : a),
    undefined,
  );
}

function isHigher(a: readonly number[], b: readonly number[]): boolean {
  const at = a.findIndex((value, i) => value !== b[i]);
  return at >= 0 && (a[at] as number) > (b[at] as number);
}
