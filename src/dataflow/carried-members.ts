import type { NodeIndex } from '../plan/hunt-plan.ts';
import type { HuntDataflow } from './hunt-dataflow.ts';
import type { ApplyOperator } from './operators/apply-operator.ts';
import type { EntitiesOperator } from './operators/entities-operator.ts';
import type { FindOperator } from './operators/find-operator.ts';
import type { GroupOperator } from './operators/group-operator.ts';
import type { JoinOperator } from './operators/join-operator.ts';
import type { RecordsOperator } from './operators/records-operator.ts';

/**
 * What one entity has become, node by node: the members that it is, that were made of it (a group it is counted in, a row of
 * a JOIN, a row per record), or that a FIND reaches from it. Read from the operators as they stand, once per node.
 */
export class CarriedMembers {
  readonly #dataflow: HuntDataflow;
  readonly #entity: number;
  readonly #known = new Map<NodeIndex, ReadonlySet<number>>();

  constructor(dataflow: HuntDataflow, entity: number) {
    this.#dataflow = dataflow;
    this.#entity = entity;
  }

  at(index: NodeIndex): ReadonlySet<number> {
    let members = this.#known.get(index);
    if (members === undefined) this.#known.set(index, (members = new Set(this.#find(index))));
    return members;
  }

  #find(index: NodeIndex): number[] {
    const { members } = this.#dataflow.at(index);
    const found = members.has(this.#entity) ? [this.#entity] : [];
    for (const member of this.#made(index)) if (members.has(member)) found.push(member);
    return found;
  }

  /** What a node makes of what its inputs hold of the entity. */
  *#made(index: NodeIndex): Iterable<number> {
    const node = this.#dataflow.plan.nodes[index];
    switch (node?.op) {
      case 'filter':
      case 'limit':
        yield* this.at(node.input);
        return;
      case 'merge':
        for (const input of node.inputs) yield* this.at(input);
        return;
      case 'group': {
        const group = this.#dataflow.at(index) as GroupOperator;
        for (const member of this.at(node.input)) yield* some(group.rowOf(member));
        return;
      }
      case 'apply': {
        const apply = this.#dataflow.at(index) as ApplyOperator;
        for (const member of this.at(node.input)) yield* some(apply.rowOf(member));
        return;
      }
      case 'entities': {
        const entities = this.#dataflow.at(index) as EntitiesOperator;
        for (const member of this.at(node.input)) yield* some(entities.entityFor(member));
        return;
      }
      case 'records': {
        const records = this.#dataflow.at(index) as RecordsOperator;
        for (const member of this.at(node.input)) yield* records.rowsOf(member);
        return;
      }
      case 'join': {
        const join = this.#dataflow.at(index) as JoinOperator;
        for (const side of [node.left, node.right]) for (const member of this.at(side)) yield* join.rowsOf(member);
        return;
      }
      case 'find': {
        const find = this.#dataflow.at(index) as FindOperator;
        for (const member of this.at(node.input)) yield* find.resultsOf(member);
        return;
      }
      default:
    }
  }
}

function some(member: number | undefined): readonly number[] {
  return member === undefined ? [] : [member];
}
