import { ContentReader } from '../graph/content-reader.ts';
import { DerivedRows } from '../graph/derived-rows.ts';
import type { EntityGraph } from '../graph/entity-graph.ts';
import type { Value } from '../graph/value.ts';
import { entityType } from '../catalogue/entity-type.ts';
import type { GetNode, HuntPlan, NewNode, NodeIndex, PlanNode, PlanPattern } from '../plan/hunt-plan.ts';
import type { Operator } from './operator.ts';
import { ApplyOperator } from './operators/apply-operator.ts';
import { EntitiesOperator } from './operators/entities-operator.ts';
import { FilterOperator } from './operators/filter-operator.ts';
import { FindOperator } from './operators/find-operator.ts';
import { GetOperator } from './operators/get-operator.ts';
import { GroupOperator } from './operators/group-operator.ts';
import { JoinOperator } from './operators/join-operator.ts';
import { LimitOperator } from './operators/limit-operator.ts';
import { MergeOperator } from './operators/merge-operator.ts';
import { NewOperator } from './operators/new-operator.ts';
import { RecordsOperator } from './operators/records-operator.ts';
import { ValuesOperator } from './operators/values-operator.ts';

/** An operator with its topological level: one more than the highest of its inputs. */
export interface PlacedOperator {
  readonly operator: Operator;
  readonly level: number;
}

/**
 * One hunt's operators, wired by RxJS: each operator's `output` is an observable of deltas per epoch that the operators
 * behind it subscribe to. Nothing runs by itself: the scope's scheduler asks the operators level by level.
 */
export class HuntDataflow {
  readonly hunt: string;
  readonly plan: HuntPlan;
  readonly reader: ContentReader;
  /** Members that are no entities, and the one place that names and orders both. */
  readonly rows: DerivedRows;
  readonly operators: readonly PlacedOperator[];
  readonly #byNode: Operator[] = [];
  readonly #levels: number[] = [];
  readonly #values = new Map<NodeIndex, ValuesOperator>();
  readonly #overlay = new Map<number, Map<string, Value>>();
  readonly #graph: EntityGraph;

  constructor(hunt: string, plan: HuntPlan, graph: EntityGraph, options: { resolveSource: (uri: string) => string }) {
    this.hunt = hunt;
    this.plan = plan;
    this.#graph = graph;
    this.rows = new DerivedRows(graph);
    this.reader = new ContentReader(graph, this.#overlay, this.rows);
    plan.nodes.forEach((node, index) => {
      this.#byNode.push(this.#build(node, index, options));
      this.#levels.push(1 + Math.max(0, ...inputsOf(node).map((input) => this.#levels[input] as number)));
    });
    this.operators = this.#byNode.map((operator, index) => ({ operator, level: this.#levels[index] as number }));
  }

  at(node: NodeIndex): Operator {
    return this.#byNode[node] as Operator;
  }

  /** Ends every subscription. */
  close(): void {
    for (const operator of this.#byNode) operator.output.complete();
  }

  /** Entities that this hunt's NEW rows hold in the graph: retention must not give back their handles. */
  pins(handle: number): boolean {
    return this.#overlay.has(handle);
  }

  #build(node: PlanNode, index: NodeIndex, options: { resolveSource: (uri: string) => string }): Operator {
    switch (node.op) {
      case 'new':
        return new NewOperator(this.#internRows(node, index));
      case 'get':
        return new GetOperator(node, {
          sources: resolved(node, options.resolveSource),
          sets: this.#values,
        });
      case 'values': {
        const values = new ValuesOperator(this.at(node.input), node.path, this.reader);
        this.#values.set(index, values);
        return values;
      }
      case 'filter':
        return new FilterOperator(node, this.at(node.input), this.#values, this.reader);
      case 'find': {
        const witness = node.witness === undefined ? undefined : (this.at(node.witness) as GetOperator);
        return new FindOperator(node, this.at(node.input), witness, this.#graph);
      }
      case 'merge':
        return new MergeOperator(
          node.inputs.map((input) => this.at(input)),
          this.rows,
        );
      case 'group':
        return new GroupOperator(node, this.at(node.input), this.reader, this.rows);
      case 'join':
        return new JoinOperator(node, [this.at(node.left), this.at(node.right)], this.reader, this.rows);
      case 'records':
        return new RecordsOperator(node, this.at(node.input), this.#graph, this.rows);
      case 'apply':
        return new ApplyOperator(node, this.at(node.input), {
          sets: this.#values,
          reader: this.reader,
          rows: this.rows,
        });
      case 'entities':
        return new EntitiesOperator(this.at(node.input), this.rows);
      case 'limit':
        return new LimitOperator(node, this.at(node.input), {
          byRecord: this.plan.nodes[node.input]?.op === 'get',
          rows: this.rows,
          reader: this.reader,
        });
    }
  }

  /** Value types by value; other rows are entities of their own: (hunt, statement, index). */
  #internRows(node: NewNode, index: NodeIndex): number[] {
    const definition = entityType(node.type);
    const primary = node.columns.indexOf(definition?.primary ?? 'value');
    return node.rows.map((row, number) => {
      const value = row[primary];
      const byValue = definition?.valueType === true && value !== undefined && value !== null;
      const key = byValue
        ? String(value)
        : `new:${this.hunt}:${String(index).padStart(4, '0')}:${String(number).padStart(6, '0')}`;
      const handle = this.#graph.intern(node.type, key);
      let given = this.#overlay.get(handle);
      if (given === undefined) this.#overlay.set(handle, (given = new Map()));
      for (const [i, name] of node.columns.entries()) {
        const cell = row[i];
        if (cell !== undefined && cell !== null) given.set(name, cell);
      }
      return handle;
    });
  }
}

function resolved(node: GetNode, resolveSource: (uri: string) => string): ReadonlySet<string> | null {
  return node.sources === null ? null : new Set(node.sources.map(resolveSource));
}

function inputsOf(node: PlanNode): NodeIndex[] {
  switch (node.op) {
    case 'new':
      return [];
    case 'get':
      return node.pattern === null ? [] : referencesOf(node.pattern);
    case 'values':
    case 'limit':
    case 'group':
    case 'records':
    case 'entities':
      return [node.input];
    case 'apply':
      return [node.input, ...node.arguments.flatMap((each) => (each.kind === 'texts' ? each.references : []))];
    case 'join':
      return [node.left, node.right];
    case 'filter':
      return [node.input, ...referencesOf(node.pattern)];
    case 'find':
      return node.witness === undefined ? [node.input] : [node.input, node.witness];
    case 'merge':
      return [...node.inputs];
  }
}

function referencesOf(pattern: PlanPattern): NodeIndex[] {
  if ('operands' in pattern) return pattern.operands.flatMap(referencesOf);
  return pattern.kind === 'comparison' ? [...pattern.references] : [];
}
