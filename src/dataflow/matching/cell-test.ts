import { cellValue } from '../../telemetry/cell-value.ts';
import { CELL, type Column, type Dictionary } from '../../telemetry/record-batch.ts';
import { holds, type ValueTest } from '../comparison/value-test.ts';

/** Memo of one comparison's verdicts by dictionary code: a predicate is decided once per distinct value. */
export class CellTest {
  readonly #test: ValueTest;
  readonly #negated: boolean;
  /** Weak: a decoder ends with its file, and its dictionaries, tens of megabytes of text, must end with it. */
  readonly #memos = new WeakMap<Dictionary, { epoch: number; verdicts: Uint8Array<ArrayBuffer> }>();
  #dictionary: Dictionary | undefined;
  #memo: { epoch: number; verdicts: Uint8Array<ArrayBuffer> } = { epoch: -1, verdicts: new Uint8Array(0) };

  constructor(test: ValueTest, negated: boolean) {
    this.#test = test;
    this.#negated = negated;
  }

  /** True where the cell satisfies the comparison; missing and null cells never do. */
  holds(column: Column, lists: Int32Array, row: number): boolean {
    const kind = column.kind[row] as number;
    if (kind <= CELL.null) return false;
    if (kind !== CELL.text) return holds(cellValue(column, lists, row), this.#test, this.#negated);
    const code = column.code[row] as number;
    if (column.dictionary !== this.#dictionary || this.#memo.epoch !== column.dictionary.epoch)
      this.#select(column.dictionary);
    const verdicts = this.#memo.verdicts;
    if (code < verdicts.length && verdicts[code] !== 0) return verdicts[code] === 2;
    const verdict = this.#test(column.dictionary.text(code)) !== this.#negated;
    if (code >= verdicts.length) {
      const grown = new Uint8Array(Math.max(256, code * 2));
      grown.set(verdicts);
      this.#memo.verdicts = grown;
    }
    this.#memo.verdicts[code] = verdict ? 2 : 1;
    return verdict;
  }

  #select(dictionary: Dictionary): void {
    let memo = this.#memos.get(dictionary);
    if (memo === undefined || memo.epoch !== dictionary.epoch) {
      memo = { epoch: dictionary.epoch, verdicts: new Uint8Array(256) };
      this.#memos.set(dictionary, memo);
    }
    this.#dictionary = dictionary;
    this.#memo = memo;
  }
}
