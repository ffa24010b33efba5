import {
  BATCH_CAPACITY,
  type Column,
  type RecordKind,
  type Slot,
  type SlotAttribute,
  type SlotReference,
} from './record-batch.ts';

/** A slot as a decoder states it: references name the roles of the slots they lead to. */
export interface SlotPlan {
  readonly type: string;
  /** Several slots of a kind may share a role; a reference to the role leads to all of them. */
  readonly role: string;
  readonly authority: 0 | 1;
  readonly caseFolded: boolean;
  readonly attributes: readonly SlotAttribute[];
  readonly references: readonly { readonly name: string; readonly list: boolean; readonly roles: readonly string[] }[];
  readonly identity: readonly Column[];
  readonly identityKey: (row: number) => string;
}

/** A slot whose `present` the decoder sets for every row of its kind. */
export interface BatchSlot extends Slot {
  readonly present: Uint8Array;
}

export interface BatchKind extends RecordKind {
  readonly slots: readonly BatchSlot[];
}

/**
 * Lays out the slots of one record kind. References to roles that the kind does not have (no hunt reads their type)
 * are left out.
 */
export function layOutKind(index: number, name: string, plans: readonly SlotPlan[]): BatchKind {
  const byRole = new Map<string, number[]>();
  for (const [slot, plan] of plans.entries()) byRole.set(plan.role, [...(byRole.get(plan.role) ?? []), slot]);
  const slots = plans.map((plan, slot): BatchSlot => {
    const references = plan.references.flatMap((reference): SlotReference[] => {
      const targets = reference.roles.flatMap((role) => byRole.get(role) ?? []);
      return targets.length === 0 ? [] : [{ name: reference.name, list: reference.list, slots: targets }];
    });
    return {
      index: slot,
      type: plan.type,
      role: plan.role,
      authority: plan.authority,
      caseFolded: plan.caseFolded,
      attributes: plan.attributes,
      references,
      present: new Uint8Array(BATCH_CAPACITY),
      identity: plan.identity,
      identityKey: plan.identityKey,
    };
  });
  return { index, name, slots };
}
