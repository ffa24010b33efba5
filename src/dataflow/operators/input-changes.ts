import type { Delta } from '../delta.ts';
import type { Operator } from '../operator.ts';

/**
 * What one input did since the last `take`, folded over the deltas of a phase: members to be read, because they came or
 * their content changed, and members that left.
 */
export class InputChanges {
  read = new Set<number>();
  left = new Set<number>();
  touched = new Set<number>();

  constructor(input: Operator) {
    input.output.subscribe((delta) => this.#receive(delta));
  }

  get isEmpty(): boolean {
    return this.read.size === 0 && this.left.size === 0;
  }

  take(): {
    readonly read: ReadonlySet<number>;
    readonly left: ReadonlySet<number>;
    readonly touched: ReadonlySet<number>;
  } {
    const { read, left, touched } = this;
    this.read = new Set();
    this.left = new Set();
    this.touched = new Set();
    return { read, left, touched };
  }

  #receive(delta: Delta): void {
    for (const handle of delta.left) {
      this.left.add(handle);
      this.read.delete(handle);
      this.touched.delete(handle);
    }
    for (const handle of delta.entered) {
      this.left.delete(handle);
      this.read.add(handle);
    }
    for (const handle of delta.touched) {
      this.read.add(handle);
      this.touched.add(handle);
    }
  }
}
