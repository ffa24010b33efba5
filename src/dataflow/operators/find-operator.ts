import { Subject } from 'rxjs';
import { compareInstants, type Instant } from '../../catalogue/instant.ts';
import type { Edge, EdgeTable, EdgeWitness } from '../../graph/edge-table.ts';
import type { EntityGraph } from '../../graph/entity-graph.ts';
import type { GraphChange } from '../../graph/graph-change.ts';
import { linkedTableName } from '../../graph/kind-plan.ts';
import type { FindNode } from '../../plan/hunt-plan.ts';
import type { Delta } from '../delta.ts';
import { DeltaBuilder, type Operator, type Phase } from '../operator.ts';
import type { GetOperator } from './get-operator.ts';
import type { RelationWitness, Witness } from './support.ts';

/** One edge table, and whether its owner is the result (`from` = result) or the input. */
interface Walk {
  readonly table: EdgeTable;
  readonly resultIsFrom: boolean;
}

/** Since when two entities are related, and the record that says so where that is known. */
export interface EdgeOrigin {
  readonly time: Instant;
  readonly record: RelationWitness | undefined;
}

/**
 * FIND: a symmetric semi-join of the input with edges. Whichever comes late, the input's member or the edge, completes
 * the match. State: per result how many (edge, member) pairs support it.
 *
 * Without `witness` any record may have asserted the edge. With a plain witness its members must hold too (WHERE or
 * range about the result alone). With a witness of pairs the edges are those that single records assert and select.
 */
export class FindOperator implements Operator {
  readonly output = new Subject<Delta>();
  readonly members = new Set<number>();
  readonly #graph: EntityGraph;
  readonly #type: string;
  readonly #walks: readonly Walk[];
  readonly #pairs: GetOperator | undefined;
  readonly #witness: GetOperator | undefined;
  /** Input members that `#support` accounts for. */
  readonly #inputs = new Set<number>();
  readonly #support = new Map<number, number>();
  readonly #pairsByInput = new Map<number, Set<number>>();
  #entered = new Set<number>();
  #left = new Set<number>();
  #added: { result: number; input: number }[] = [];
  #removed: { result: number; input: number }[] = [];
  #dirty = new Set<number>();
  #touched: number[] = [];

  constructor(node: FindNode, input: Operator, witness: GetOperator | undefined, graph: EntityGraph) {
    this.#graph = graph;
    this.#type = node.type;
    this.#pairs = witness?.pairs === undefined ? undefined : witness;
    this.#witness = this.#pairs === undefined ? witness : undefined;
    this.#walks = walksOf(node, graph);
    input.output.subscribe((delta) => this.#receive(delta));
    witness?.output.subscribe((delta) => this.#receiveWitness(delta));
  }

  /** Edges that came and went in the graph. */
  receiveEdges(change: GraphChange): void {
    if (this.#pairs !== undefined) return;
    for (const { table, resultIsFrom } of this.#walks) {
      for (const edge of change.edgesAdded.get(table.name) ?? []) this.#added.push(orient(edge, resultIsFrom));
      for (const edge of change.edgesRemoved.get(table.name) ?? []) this.#removed.push(orient(edge, resultIsFrom));
    }
  }

  touch(handles: readonly number[]): void {
    if (this.members.size === 0) return;
    for (const handle of handles) if (this.members.has(handle)) this.#touched.push(handle);
  }

  hasInput(): boolean {
    return (
      this.#entered.size > 0 ||
      this.#left.size > 0 ||
      this.#added.length > 0 ||
      this.#removed.length > 0 ||
      this.#dirty.size > 0 ||
      this.#touched.length > 0
    );
  }

  keysNeeded(_into: Set<number>): void {
    // Edges are in memory; content is read downstream.
  }

  apply(phase: Phase): Delta | undefined {
    // Order matters: edges change against the old members first, then members change against the edges as they are.
    for (const { result, input } of this.#removed) if (this.#inputs.has(input)) this.#count(result, -1);
    for (const { result, input } of this.#added) if (this.#inputs.has(input)) this.#count(result, 1);
    for (const input of this.#left) {
      this.#inputs.delete(input);
      for (const result of this.#neighbours(input)) this.#count(result, -1);
    }
    for (const input of this.#entered) {
      this.#inputs.add(input);
      for (const result of this.#neighbours(input)) this.#count(result, 1);
    }
    const delta = new DeltaBuilder();
    const entering: number[] = [];
    for (const result of this.#dirty) {
      const is = this.#holds(result);
      if (is === this.members.has(result)) continue;
      if (is) {
        entering.push(result);
      } else {
        this.members.delete(result);
        delta.leave(result);
      }
    }
    entering.sort((a, b) => this.#graph.compareKeys(a, b));
    for (const result of entering) {
      this.members.add(result);
      delta.enter(result);
    }
    for (const handle of this.#touched) if (this.members.has(handle)) delta.touch(handle);
    this.#entered = new Set();
    this.#left = new Set();
    this.#added = [];
    this.#removed = [];
    this.#dirty = new Set();
    this.#touched = [];
    return delta.build(phase);
  }

  /** Input members whose edges lead to a result: lineage. */
  partnersOf(result: number): number[] {
    if (this.#pairs !== undefined) {
      const { pairTable, members } = this.#pairs;
      return [...pairTable.pairsOf(result)].flatMap(([input, pair]) =>
        members.has(pair) && this.#inputs.has(input) ? [input] : [],
      );
    }
    const partners = new Set<number>();
    for (const { table, resultIsFrom } of this.#walks) {
      for (const input of resultIsFrom ? table.forward(result) : table.backward(result)) {
        if (this.#inputs.has(input)) partners.add(input);
      }
    }
    return [...partners];
  }

  /** Results that a member of the input leads to. */
  *resultsOf(input: number): Iterable<number> {
    if (!this.#inputs.has(input)) return;
    for (const result of this.#neighbours(input)) if (this.members.has(result)) yield result;
  }

  /** Whether the graph knows that relation of an entity to any other of the result's type. */
  hasRelation(input: number): boolean {
    for (const result of this.#neighbours(input)) if (this.#graph.typeOf(result) === this.#type) return true;
    return false;
  }

  /** When and where a record first asserted an edge between the two; undefined with a witness of pairs. */
  edgeOrigin(result: number, input: number): EdgeOrigin | undefined {
    let least: EdgeOrigin | undefined;
    if (this.#pairs !== undefined) return undefined;
    for (const { table, resultIsFrom } of this.#walks) {
      const [from, to] = resultIsFrom ? [result, input] : [input, result];
      const time = table.firstAsserted(from, to);
      if (time === undefined || (least !== undefined && compareInstants(time, least.time) >= 0)) continue;
      least = { time, record: this.#recordAt(time, table.firstWitness(from, to)) };
    }
    return least;
  }

  /** First record that asserts the edge and satisfies a WHERE about both ends. */
  pairWitness(result: number, input: number): Witness | undefined {
    const pair = this.#pairs?.pairTable.pairsOf(result).get(input);
    return pair === undefined ? undefined : this.#pairs?.witnessOf(pair);
  }

  get witness(): GetOperator | undefined {
    return this.#witness;
  }

  #recordAt(first: Instant, witness: EdgeWitness | undefined): RelationWitness | undefined {
    const place = witness && this.#graph.places.at(witness.place);
    return place && { first, source: place[0], place: place[1], offset: (witness as EdgeWitness).offset };
  }

  #receive(delta: Delta): void {
    for (const handle of delta.left) if (!this.#entered.delete(handle)) this.#left.add(handle);
    for (const handle of delta.entered) if (!this.#left.delete(handle)) this.#entered.add(handle);
  }

  #receiveWitness(delta: Delta): void {
    if (this.#pairs === undefined) {
      for (const handle of [...delta.entered, ...delta.left]) this.#dirty.add(handle);
      return;
    }
    const { pairTable } = this.#pairs;
    for (const pair of delta.entered) {
      const edge = { result: pairTable.result(pair), input: pairTable.input(pair) };
      let results = this.#pairsByInput.get(edge.input);
      if (results === undefined) this.#pairsByInput.set(edge.input, (results = new Set()));
      results.add(edge.result);
      this.#added.push(edge);
    }
    for (const pair of delta.left) {
      const edge = { result: pairTable.result(pair), input: pairTable.input(pair) };
      const results = this.#pairsByInput.get(edge.input);
      if (results?.delete(edge.result) === true && results.size === 0) this.#pairsByInput.delete(edge.input);
      this.#removed.push(edge);
    }
  }

  *#neighbours(input: number): Generator<number> {
    if (this.#pairs !== undefined) {
      yield* this.#pairsByInput.get(input) ?? [];
      return;
    }
    for (const { table, resultIsFrom } of this.#walks)
      yield* resultIsFrom ? table.backward(input) : table.forward(input);
  }

  #count(result: number, by: number): void {
    const count = (this.#support.get(result) ?? 0) + by;
    if (count === 0) this.#support.delete(result);
    else this.#support.set(result, count);
    this.#dirty.add(result);
  }

  #holds(result: number): boolean {
    if ((this.#support.get(result) ?? 0) <= 0 || this.#graph.typeOf(result) !== this.#type) return false;
    return this.#witness === undefined || this.#witness.members.has(result);
  }
}

function walksOf(node: FindNode, graph: EntityGraph): Walk[] {
  if (node.find.roles !== undefined) return [];
  if (node.find.linked) {
    return [{ table: graph.edgeTable(linkedTableName(node.type, node.find.inputType)), resultIsFrom: true }];
  }
  return node.find.edges.map((edge) => ({ table: graph.edgeTable(edge.table), resultIsFrom: edge.owner === 'result' }));
}

function orient(edge: Edge, resultIsFrom: boolean): { result: number; input: number } {
  return resultIsFrom ? { result: edge.from, input: edge.to } : { result: edge.to, input: edge.from };
}
