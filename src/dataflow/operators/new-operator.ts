import { Subject } from 'rxjs';
import type { Delta } from '../delta.ts';
import { DeltaBuilder, type Operator, type Phase } from '../operator.ts';

/** NEW: constant members. Their attributes lie in the hunt's overlay; what records say of the same entity may change. */
export class NewOperator implements Operator {
  readonly output = new Subject<Delta>();
  readonly members: ReadonlySet<number>;
  #announced = false;
  #touched: number[] = [];

  constructor(handles: readonly number[]) {
    this.members = new Set(handles);
  }

  touch(handles: readonly number[]): void {
    for (const handle of handles) if (this.members.has(handle)) this.#touched.push(handle);
  }

  hasInput(): boolean {
    return !this.#announced || this.#touched.length > 0;
  }

  keysNeeded(_into: Set<number>): void {
    // Reads no content.
  }

  apply(phase: Phase): Delta | undefined {
    const delta = new DeltaBuilder();
    if (!this.#announced) for (const handle of this.members) delta.enter(handle);
    else for (const handle of this.#touched) delta.touch(handle);
    this.#announced = true;
    this.#touched = [];
    return delta.build(phase);
  }
}
