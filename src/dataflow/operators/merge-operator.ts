import { Subject } from 'rxjs';
import type { MemberIdentity } from '../../graph/derived-rows.ts';
import type { Delta } from '../delta.ts';
import { DeltaBuilder, type Operator, type Phase } from '../operator.ts';

/** `a + b + …`: members that any operand has. No state but its members: operands are asked. */
export class MergeOperator implements Operator {
  readonly output = new Subject<Delta>();
  readonly members = new Set<number>();
  readonly #inputs: readonly Operator[];
  readonly #identity: MemberIdentity;
  #changed = new Set<number>();
  #touched = new Set<number>();

  constructor(inputs: readonly Operator[], identity: MemberIdentity) {
    this.#inputs = inputs;
    this.#identity = identity;
    for (const input of new Set(inputs)) {
      input.output.subscribe((delta) => {
        for (const handle of [...delta.entered, ...delta.left]) this.#changed.add(handle);
        for (const handle of delta.touched) this.#touched.add(handle);
      });
    }
  }

  hasInput(): boolean {
    return this.#changed.size > 0 || this.#touched.size > 0;
  }

  keysNeeded(_into: Set<number>): void {
    // Reads no content.
  }

  apply(phase: Phase): Delta | undefined {
    const delta = new DeltaBuilder();
    const entering: number[] = [];
    for (const handle of this.#changed) {
      const is = this.#inputs.some((input) => input.members.has(handle));
      if (is === this.members.has(handle)) continue;
      if (is) {
        entering.push(handle);
      } else {
        this.members.delete(handle);
        delta.leave(handle);
      }
    }
    for (const handle of entering.sort((a, b) => this.#identity.compareKeys(a, b))) {
      this.members.add(handle);
      delta.enter(handle);
    }
    for (const handle of this.#touched) if (this.members.has(handle)) delta.touch(handle);
    this.#changed = new Set();
    this.#touched = new Set();
    return delta.build(phase);
  }
}
