import { Subject } from 'rxjs';
import type { ContentReader, ReadablePath } from '../../graph/content-reader.ts';
import type { Value } from '../../graph/value.ts';
import type { Delta } from '../delta.ts';
import type { Operator, Phase } from '../operator.ts';
import { ReferenceSet } from './reference-set.ts';

/**
 * `x.attr`: the set of values of a path over the members of its input. Emits no entities; tells its readers which
 * values came and went. Remembers the values each member gave, so that it can take them back.
 */
export class ValuesOperator implements Operator {
  readonly output = new Subject<Delta>();
  readonly members = new Set<number>();
  readonly set = new ReferenceSet();
  readonly #reader: ContentReader;
  readonly #path: ReadablePath;
  readonly #given = new Map<number, readonly Value[]>();
  readonly #onChange: ((changed: readonly Value[]) => void)[] = [];
  #changed = new Set<number>();
  #left = new Set<number>();

  constructor(input: Operator, path: ReadablePath, reader: ContentReader) {
    this.#reader = reader;
    this.#path = path;
    input.output.subscribe((delta) => {
      for (const handle of delta.left) {
        this.#left.add(handle);
        this.#changed.delete(handle);
      }
      for (const handle of delta.entered) {
        this.#left.delete(handle);
        this.#changed.add(handle);
      }
      for (const handle of delta.touched) this.#changed.add(handle);
    });
  }

  /** Called with the values that joined or left the set, once per phase. */
  onChange(listener: (changed: readonly Value[]) => void): void {
    this.#onChange.push(listener);
  }

  hasInput(): boolean {
    return this.#changed.size + this.#left.size > 0;
  }

  keysNeeded(into: Set<number>): void {
    for (const handle of this.#changed) this.#reader.missing(handle, this.#path, into);
  }

  apply(_phase: Phase): undefined {
    const removed: Value[] = [];
    const added: Value[] = [];
    for (const handle of this.#left) {
      for (const value of this.#given.get(handle) ?? []) if (this.set.remove(value)) removed.push(value);
      this.#given.delete(handle);
    }
    for (const handle of this.#changed) {
      const values = this.#reader.values(handle, this.#path).flatMap((value) => value);
      for (const value of values) if (this.set.add(value)) added.push(value);
      for (const value of this.#given.get(handle) ?? []) if (this.set.remove(value)) removed.push(value);
      if (values.length === 0) this.#given.delete(handle);
      else this.#given.set(handle, values);
    }
    this.#changed = new Set();
    this.#left = new Set();
    const changed = [...removed, ...added];
    if (changed.length > 0) for (const listener of this.#onChange) listener(changed);
    return undefined;
  }
}
