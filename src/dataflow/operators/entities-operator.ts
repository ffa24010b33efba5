import { Subject } from 'rxjs';
import type { DerivedRows } from '../../graph/derived-rows.ts';
import type { Delta } from '../delta.ts';
import { DeltaBuilder, type Operator, type Phase } from '../operator.ts';
import { InputChanges } from './input-changes.ts';

/** The entities that members stand for: of a joined row the left one, of a group none. State: both ways, which rows stand for which entity. */
export class EntitiesOperator implements Operator {
  readonly output = new Subject<Delta>();
  readonly members = new Set<number>();
  readonly #rows: DerivedRows;
  readonly #input: InputChanges;
  readonly #entityOf = new Map<number, number>();
  readonly #rowsOf = new Map<number, Set<number>>();

  constructor(input: Operator, rows: DerivedRows) {
    this.#rows = rows;
    this.#input = new InputChanges(input);
  }

  /** Members of the input that stand for an entity: lineage. */
  standFor(entity: number): ReadonlySet<number> {
    return this.#rowsOf.get(entity) ?? new Set();
  }

  /** The entity that a member of the input stands for; undefined for groups and for what is no member. */
  entityFor(member: number): number | undefined {
    return this.#entityOf.get(member);
  }

  hasInput(): boolean {
    return !this.#input.isEmpty;
  }

  keysNeeded(_into: Set<number>): void {
    // Reads no content.
  }

  apply(phase: Phase): Delta | undefined {
    const { read, left, touched } = this.#input.take();
    const delta = new DeltaBuilder();
    const dirty = new Set<number>();
    for (const member of left) {
      const entity = this.#entityOf.get(member);
      if (entity === undefined) continue;
      this.#entityOf.delete(member);
      this.#rowsOf.get(entity)?.delete(member);
      dirty.add(entity);
    }
    for (const member of read) {
      const entity = this.#rows.entityOf(member);
      if (entity === 0 || this.#entityOf.has(member)) continue;
      this.#entityOf.set(member, entity);
      const rows = this.#rowsOf.get(entity);
      if (rows === undefined) this.#rowsOf.set(entity, new Set([member]));
      else rows.add(member);
      dirty.add(entity);
    }
    const entering: number[] = [];
    for (const entity of dirty) {
      const is = (this.#rowsOf.get(entity)?.size ?? 0) > 0;
      if (!is) this.#rowsOf.delete(entity);
      if (is === this.members.has(entity)) continue;
      if (is) entering.push(entity);
      else if (this.members.delete(entity)) delta.leave(entity);
    }
    for (const entity of entering.sort((a, b) => this.#rows.compareKeys(a, b))) {
      this.members.add(entity);
      delta.enter(entity);
    }
    for (const member of touched) {
      const entity = this.#entityOf.get(member);
      if (entity !== undefined && this.members.has(entity)) delta.touch(entity);
    }
    return delta.build(phase);
  }
}
