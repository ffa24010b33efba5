import type { CompiledHunt } from '../../hunts/compile-hunt.ts';
import { whyAllKinds } from '../../hunts/input/all-kinds.ts';
import type { Demand } from '../../telemetry/demand.ts';
import { LINE_SHAPES } from '../../telemetry/line-shapes.ts';
import { needlessKinds } from '../../telemetry/needless-kinds.ts';

/** Records that an index need not send for a hunt that runs alone, beside those that nothing is used of. */
export interface LeftOutExplanation {
  /** `sysflow.PE`, `sysmon.7`: all that they mention is nothing to the hunt. */
  readonly kinds: readonly string[];
  /** Why these are read all the same; `null`: they need not be. */
  readonly allBecause: string | null;
}

export function explainLeftOut(hunt: CompiledHunt, demand: Demand): LeftOutExplanation {
  return { kinds: [...needlessKinds(LINE_SHAPES, demand)], allBecause: whyAllKinds({ hunts: [hunt] }) ?? null };
}
