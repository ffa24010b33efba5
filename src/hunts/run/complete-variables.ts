import { compareInstants, type Instant } from '../../catalogue/instant.ts';
import type { HuntPlan } from '../../plan/hunt-plan.ts';

/** A GET whose range has ended: no record that comes in time can enter it any more (decision 11). */
export interface CompleteVariable {
  readonly hunt: string;
  readonly variable: string;
  /** End of its range. */
  readonly stop: Instant;
}

/** Which variables become complete, each told once: when the clock has passed the end of their range and the lateness. */
export class CompleteVariables {
  #open: readonly CompleteVariable[];
  readonly #latenessMs: number;

  constructor(hunts: readonly { readonly id: string; readonly plan: HuntPlan }[], latenessMs: number) {
    this.#latenessMs = latenessMs;
    this.#open = hunts.flatMap(({ id, plan }) =>
      plan.variables.flatMap(({ name, listing }) => {
        const node = plan.nodes[listing.node];
        if (node?.op !== 'get' || node.timespan?.kind !== 'absolute') return [];
        return [{ hunt: id, variable: name, stop: node.timespan.stop }];
      }),
    );
  }

  /** Those that have become complete since the last call. */
  take(now: Instant | undefined): readonly CompleteVariable[] {
    if (now === undefined || this.#open.length === 0) return [];
    const isComplete = ({ stop }: CompleteVariable): boolean =>
      compareInstants({ ms: stop.ms + this.#latenessMs, ns: stop.ns }, now) < 0;
    const complete = this.#open.filter(isComplete);
    if (complete.length > 0) this.#open = this.#open.filter((each) => !isComplete(each));
    return complete;
  }
}
