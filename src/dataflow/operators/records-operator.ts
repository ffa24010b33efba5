import { Subject } from 'rxjs';
import type { DerivedRows } from '../../graph/derived-rows.ts';
import type { EntityGraph } from '../../graph/entity-graph.ts';
import type { GraphChange } from '../../graph/graph-change.ts';
import type { Observation } from '../../graph/observation-table.ts';
import type { Value } from '../../graph/value.ts';
import type { RecordsNode, Transform } from '../../plan/hunt-plan.ts';
import type { Delta } from '../delta.ts';
import { DeltaBuilder, type Operator, type Phase } from '../operator.ts';
import { InputChanges } from './input-changes.ts';

/**
 * TIMESTAMPED, ADDOBSID, RECORDS: a derived row per member and record that mentions it, whichever comes first. A row that
 * stands for one record already keeps it and gets the columns; a group, which no record mentions, gives no rows.
 * State: the rows. Which records mention an entity is known to the graph, also after a restart.
 */
export class RecordsOperator implements Operator {
  readonly output = new Subject<Delta>();
  readonly members = new Set<number>();
  readonly #node: RecordsNode;
  readonly #graph: EntityGraph;
  readonly #rows: DerivedRows;
  readonly #input: InputChanges;
  /** Rows by input member and record id. */
  readonly #byMember = new Map<number, Map<string, number>>();
  /** Input members by the entity whose records they have. */
  readonly #byEntity = new Map<number, Set<number>>();
  #changed: { readonly entity: number; readonly recordId: string }[] = [];

  constructor(node: RecordsNode, input: Operator, graph: EntityGraph, rows: DerivedRows) {
    this.#node = node;
    this.#graph = graph;
    this.#rows = rows;
    this.#input = new InputChanges(input);
  }

  /** Records that came to mention an entity, and those that are too old now. */
  receiveObservations({ observed, unobserved }: GraphChange): void {
    for (const { entity, observation } of [...unobserved, ...observed]) {
      if (this.#byEntity.has(entity)) this.#changed.push({ entity, recordId: observation.recordId });
    }
  }

  /** Rows of a member of the input: one per record that mentions it. */
  rowsOf(member: number): Iterable<number> {
    return this.#byMember.get(member)?.values() ?? [];
  }

  hasInput(): boolean {
    return !this.#input.isEmpty || this.#changed.length > 0;
  }

  keysNeeded(_into: Set<number>): void {
    // Observations are in memory; content is read downstream.
  }

  apply(phase: Phase): Delta | undefined {
    const { read, left } = this.#input.take();
    const delta = new DeltaBuilder();
    const entering: number[] = [];
    for (const member of left) this.#removeMember(member, delta);
    for (const { entity, recordId } of this.#changed) {
      for (const member of this.#byEntity.get(entity) ?? []) this.#update(member, recordId, delta, entering);
    }
    this.#changed = [];
    for (const member of read) {
      const rows = this.#byMember.get(member);
      if (rows === undefined) this.#addMember(member, entering);
      else this.#touchRows(member, rows, delta);
    }
    for (const row of entering.sort((a, b) => this.#rows.compareKeys(a, b))) {
      if (this.members.has(row)) continue;
      this.members.add(row);
      delta.enter(row);
    }
    return delta.build(phase);
  }

  #touchRows(member: number, rows: ReadonlyMap<string, number>, delta: DeltaBuilder): void {
    const own = recordOf(this.#rows, member);
    const observation = own === undefined ? undefined : this.#observation(member, own);
    for (const row of rows.values()) {
      if (observation !== undefined) this.#rows.row(row).values = columns(this.#node.transform, observation);
      if (this.members.has(row)) delta.touch(row);
    }
  }

  #observation(member: number, recordId: string): Observation | undefined {
    return this.#graph.observations.of(this.#rows.entityOf(member)).get(recordId);
  }

  #addMember(member: number, entering: number[]): void {
    this.#byMember.set(member, new Map());
    const entity = this.#rows.entityOf(member);
    if (entity === 0) return;
    const records = this.#graph.observations.of(entity);
    const own = recordOf(this.#rows, member);
    if (own === undefined) {
      const members = this.#byEntity.get(entity);
      if (members === undefined) this.#byEntity.set(entity, new Set([member]));
      else members.add(member);
      for (const observation of records.values()) entering.push(this.#addRow(member, observation));
      return;
    }
    const observation = records.get(own);
    if (observation !== undefined) entering.push(this.#addRow(member, observation));
  }

  #removeMember(member: number, delta: DeltaBuilder): void {
    for (const row of this.#byMember.get(member)?.values() ?? []) this.#removeRow(row, delta);
    this.#byMember.delete(member);
    const entity = this.#rows.entityOf(member);
    const members = this.#byEntity.get(entity);
    members?.delete(member);
    if (members?.size === 0) this.#byEntity.delete(entity);
  }

  #update(member: number, recordId: string, delta: DeltaBuilder, entering: number[]): void {
    const rows = this.#byMember.get(member) as Map<string, number>;
    const row = rows.get(recordId);
    const observation = this.#observation(member, recordId);
    if (row !== undefined && observation !== undefined) {
      this.#rows.row(row).values = columns(this.#node.transform, observation);
      if (this.members.has(row)) delta.touch(row);
    } else if (row !== undefined) {
      this.#removeRow(row, delta);
      rows.delete(recordId);
    } else if (observation !== undefined) {
      entering.push(this.#addRow(member, observation));
    }
  }

  #addRow(member: number, observation: Observation): number {
    const { transform, type } = this.#node;
    const { recordId } = observation;
    const key = `${transform} ${recordId} ${type} ${this.#rows.keyOf(member)}`;
    const row = this.#rows.hold(key, () => ({
      type,
      bases: [member],
      order: [recordId],
      values: columns(transform, observation),
      recordId,
    }));
    (this.#byMember.get(member) as Map<string, number>).set(recordId, row);
    return row;
  }

  #removeRow(row: number, delta: DeltaBuilder): void {
    if (this.members.delete(row)) delta.leave(row);
    this.#rows.release(row);
  }
}

/** The record that a row per record stands for. */
function recordOf(rows: DerivedRows, member: number): string | undefined {
  return member < 0 ? rows.row(member).recordId : undefined;
}

function columns(transform: Transform, { recordId, first, last, count }: Observation): ReadonlyMap<string, Value> {
  switch (transform) {
    case 'TIMESTAMPED':
      return new Map([['first_observed', first]]);
    case 'ADDOBSID':
      return new Map([['observation_id', recordId]]);
    case 'RECORDS':
      return new Map<string, Value>([
        ['number_observed', count],
        ['first_observed', first],
        ['last_observed', last],
        ['observation_id', recordId],
      ]);
  }
}
