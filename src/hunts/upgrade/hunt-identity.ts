import { basename } from 'node:path';
import { nodeFingerprints } from '../../plan/node-fingerprints.ts';
import type { HuntPlan } from '../../plan/hunt-plan.ts';
import type { CompiledHunt } from '../compile-hunt.ts';

/** What tells two versions of a hunt apart, and what of them is the same. */
export interface HuntIdentity {
  readonly id: string;
  /** Name of its file, by which it is known where the file cannot be read. Absent in states of a version that did not keep it. */
  readonly file?: string;
  /** Equal: nothing of the hunt's answers and alerts has changed. */
  readonly fingerprint: string;
  /** Operators that only records make, by their place in the plan: their state is nowhere else. */
  readonly operators: readonly Slotted[];
  /** By their place in the hunt file: what decides which alerts there are, not how they read. */
  readonly alerts: readonly Slotted[];
}

/** Something of a hunt that has state. */
export interface Slotted {
  readonly at: number;
  readonly fingerprint: string;
  /** Names it in the state: where it stood in the version that made it. */
  readonly slot: number;
}

/** Rows of NEW are among the operators, as others remember their handles. */
const MADE_BY_RECORDS: ReadonlySet<string> = new Set(['get', 'limit', 'new']);

export function huntIdentity({ id, file, fingerprint, plan, alerts }: CompiledHunt): HuntIdentity {
  const nodes = nodeFingerprints(plan);
  return {
    id,
    file: basename(file),
    fingerprint,
    operators: statefulOperators(plan, nodes),
    alerts: alerts.map(({ alert, listing }, at) => {
      const { on, suppress, latch, settleMs, maxBackfill } = alert;
      const rule = [on, nodes[listing.node], suppress ?? null, latch, settleMs, maxBackfill];
      return { at, slot: at, fingerprint: JSON.stringify(rule) };
    }),
  };
}

/** With the slots of a hunt that starts. */
export function statefulOperators(plan: HuntPlan, fingerprints: readonly string[] = nodeFingerprints(plan)): Slotted[] {
  return plan.nodes.flatMap(({ op }, at) =>
    MADE_BY_RECORDS.has(op) ? [{ at, slot: at, fingerprint: fingerprints[at] as string }] : [],
  );
}
