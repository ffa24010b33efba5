import type { EntityGraph } from '../../graph/entity-graph.ts';
import type { FindEdges, PlanPattern } from '../../plan/hunt-plan.ts';
import type { RecordBatch, RecordKind, Slot } from '../../telemetry/record-batch.ts';
import { CellTests } from './cell-tests.ts';
import { RecordPattern } from './record-pattern.ts';
import type { Outcome } from './residual.ts';
import { SelectingRecord } from './selecting-record.ts';
import { WitnessIndex } from './witness-index.ts';

/** Takes the mentions that a GET's pattern selects, or may select once its references are known. */
export interface MatchTarget {
  readonly type: string;
  readonly pattern: PlanPattern | null;
  readonly pairs: FindEdges | undefined;
  /** Names of the sources it reads; null = all of the scope. */
  readonly sources: ReadonlySet<string> | null;
  /**
   * `subject`: the selected entity; `partner`: with `pairs`, the entity at the other end of the asserted edge, else 0.
   * `arrival` counts mentions in order of arrival: order of entry (docs/semantics.md, GET).
   */
  offer(
    subject: number,
    partner: number,
    outcome: Exclude<Outcome, false>,
    record: SelectingRecord,
    arrival: number,
  ): void;
}

/** What one slot of one record kind is matched against. */
interface SlotProgram {
  readonly slot: Slot;
  readonly targets: readonly MatchTarget[];
  readonly patterns: readonly (RecordPattern | null)[];
  readonly partners: readonly (readonly Slot[] | undefined)[];
  readonly index: WitnessIndex;
}

/** Matches batches against all GETs of a scope: membership of a record in a GET's constant part (batches.md). */
export class Matcher {
  readonly #targets: readonly MatchTarget[];
  readonly #tests = new CellTests();
  readonly #record = new SelectingRecord();
  #programs: (readonly SlotProgram[])[] = [];
  /** By the kinds of each decoder. */
  readonly #programsOf = new WeakMap<RecordBatch['kinds'], (readonly SlotProgram[])[]>();
  /** Mentions matched so far: the order of arrival. */
  arrivals = 0;

  constructor(targets: readonly MatchTarget[]) {
    this.#targets = targets;
  }

  /** `source`: name of the batch's source. Call after `graph.scan`, which knows the handles. */
  match(batch: RecordBatch, source: string, graph: EntityGraph, refused?: Uint8Array): void {
    this.#prepare(batch, source);
    for (let row = 0; row < batch.size; row++) {
      if (refused !== undefined && refused[row] === 1) continue;
      const programs = this.#programs[batch.kind[row] as number] as readonly SlotProgram[];
      if (programs.length > 0) this.#record.moveTo(batch, row, source);
      for (let p = 0; p < programs.length; p++) this.#matchSlot(programs[p] as SlotProgram, batch, row, graph);
    }
  }

  #matchSlot(program: SlotProgram, batch: RecordBatch, row: number, graph: EntityGraph): void {
    if (program.slot.present[row] === 0) return;
    const arrival = this.arrivals++;
    const candidates = program.index.candidates(batch, row);
    for (let c = 0; c < candidates.length; c++) {
      const at = candidates[c] as number;
      const outcome = program.patterns[at]?.evaluate(batch, row) ?? true;
      if (outcome === false) continue;
      const target = program.targets[at] as MatchTarget;
      const subject = graph.mention(program.slot.index, row);
      const partners = program.partners[at];
      if (partners === undefined) {
        target.offer(subject, 0, outcome, this.#record, arrival);
        continue;
      }
      for (const partner of partners) {
        if (partner.present[row] === 0) continue;
        target.offer(subject, graph.mention(partner.index, row), outcome, this.#record, arrival);
      }
    }
  }

  #prepare(batch: RecordBatch, source: string): void {
    let programs = this.#programsOf.get(batch.kinds);
    if (programs === undefined) this.#programsOf.set(batch.kinds, (programs = []));
    this.#programs = programs;
    for (let kind = this.#programs.length; kind < batch.kinds.length; kind++) {
      this.#programs.push(this.#compile(batch.kinds[kind] as RecordKind, source));
    }
  }

  #compile(kind: RecordKind, source: string): SlotProgram[] {
    return kind.slots.flatMap((slot) => {
      const targets = this.#targets.filter(
        (target) => target.type === slot.type && (target.sources === null || target.sources.has(source)),
      );
      if (targets.length === 0) return [];
      const patterns = targets.map((target) =>
        target.pattern === null ? null : new RecordPattern(target.pattern, kind, slot, this.#tests),
      );
      return [
        {
          slot,
          targets,
          patterns,
          partners: targets.map((target) => target.pairs && partnerSlots(target.pairs, kind, slot)),
          index: new WitnessIndex(
            targets.map((target) => target.pattern),
            kind,
            slot,
            this.#tests,
          ),
        },
      ];
    });
  }
}

/** Slots of the input's type that a record joins to `slot` by one of the edges. */
function partnerSlots(find: FindEdges, kind: RecordKind, slot: Slot): Slot[] {
  const { roles } = find;
  const inputs = kind.slots.filter((each) => each.type === find.inputType);
  if (roles !== undefined) return slot.role === roles.result ? inputs.filter((each) => each.role === roles.input) : [];
  if (find.linked) return inputs;
  const joined = new Set<Slot>();
  for (const edge of find.edges) {
    const reference = edge.table.slice(edge.table.indexOf('.') + 1);
    for (const input of inputs) {
      const [owner, target] = edge.owner === 'result' ? [slot, input] : [input, slot];
      if (owner.references.some((each) => each.name === reference && each.slots.includes(target.index)))
        joined.add(input);
    }
  }
  return [...joined];
}
