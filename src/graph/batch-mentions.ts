import { BATCH_CAPACITY, type RecordBatch, type RecordKind } from '../telemetry/record-batch.ts';
import type { KindPlan, SlotPlan } from './kind-plan.ts';

/**
 * Which entity each record of the present batch mentions in which slot, and how the graph reads each kind of record.
 *
 * Contract: `begin(batch)`, then `resolve` of every kept slot of a row; `at` and `targetOf` of that row are right until
 * the next `begin`. Handles that were given back are not met again: identities are looked up anew after a release.
 */
export class BatchMentions {
  readonly #planKind: (kind: RecordKind) => KindPlan;
  readonly #intern: (type: string, key: string) => number;
  #plans: KindPlan[] = [];
  /** Plans by the kinds of each decoder that feeds the graph. */
  readonly #plansOf = new WeakMap<RecordBatch['kinds'], KindPlan[]>();
  /** Handle of the entity in slot s of record i: at s · BATCH_CAPACITY + i. */
  #handles: Int32Array<ArrayBuffer> = new Int32Array(BATCH_CAPACITY * 8);
  #releases = 0;

  /** `planKind` compiles a kind when it is first met; `intern` gives the handle of an identity, made where it is new. */
  constructor(planKind: (kind: RecordKind) => KindPlan, intern: (type: string, key: string) => number) {
    this.#planKind = planKind;
    this.#intern = intern;
  }

  begin(batch: RecordBatch): void {
    let plans = this.#plansOf.get(batch.kinds);
    if (plans === undefined) this.#plansOf.set(batch.kinds, (plans = []));
    this.#plans = plans;
    let slots = 0;
    for (let kind = plans.length; kind < batch.kinds.length; kind++) {
      const recordKind = batch.kinds[kind] as RecordKind;
      plans.push(this.#planKind(recordKind));
      slots = Math.max(slots, recordKind.slots.length);
    }
    if (slots * BATCH_CAPACITY > this.#handles.length) this.#handles = new Int32Array(slots * BATCH_CAPACITY);
    for (const plan of plans) for (const slot of plan.kept) slot.identity.begin(this.#releases);
  }

  /** Handles were given back: they may stand for other entities from now on. */
  released(): void {
    this.#releases++;
  }

  planOf(batch: RecordBatch, row: number): KindPlan {
    return this.#plans[batch.kind[row] as number] as KindPlan;
  }

  /** Handle of the entity that record `row` mentions in slot `slot`, or 0. */
  at(slot: number, row: number): number {
    return this.#handles[slot * BATCH_CAPACITY + row] as number;
  }

  /** As `at`, and 0 where the graph does not keep that slot of the record. */
  targetOf(slot: number, row: number, batch: RecordBatch): number {
    return this.planOf(batch, row).slots[slot] === undefined ? 0 : this.at(slot, row);
  }

  resolve(plan: SlotPlan, row: number): void {
    const at = plan.slot.index * BATCH_CAPACITY + row;
    if (plan.slot.present[row] === 0) {
      this.#handles[at] = 0;
      return;
    }
    let handle = plan.identity.get(row);
    if (handle === 0) {
      handle = this.#intern(plan.slot.type, plan.slot.identityKey(row));
      plan.identity.set(row, handle);
    }
    this.#handles[at] = handle;
  }
}
