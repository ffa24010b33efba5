import type { BatchBuilder } from '../batch-builder.ts';
import type { BatchColumn } from '../batch-column.ts';
import type { JsonObject } from '../document-shape.ts';
import type { NormalisedTextsPool } from '../normalised-texts-pool.ts';
import { ReadingProgram } from '../reading-program.ts';
import { CELL } from '../record-batch.ts';
import type { KindLayout, TableLayout } from '../table-layout.ts';
import { SYSFLOW_ECS_SHAPE } from './sysflow-ecs-shape.ts';

/** The cells of a group as one document gave them; codes of texts hold for one generation. */
export interface CellValues {
  readonly generation: number;
  readonly kind: Uint8Array;
  readonly code: Int32Array;
  readonly num: Float64Array;
  readonly aux: Int32Array;
}

const NO_NUMBERS = { digits: (): undefined => undefined };

/**
 * Cells that many records have in common, since they speak of one process or file: read once from a document in the form of
 * the processor's ECS documents, by the very steps that read those, and copied into each further row.
 */
export class CellGroup {
  readonly #columns: readonly BatchColumn[];
  readonly #program: ReadingProgram;
  #generation = 0;

  constructor(
    layout: TableLayout,
    kind: KindLayout,
    cells: readonly string[],
    builder: BatchBuilder,
    texts: NormalisedTextsPool,
  ) {
    const program = { kind: kind.kind, cells, presence: [] };
    this.#program = new ReadingProgram(layout, program, SYSFLOW_ECS_SHAPE, builder, texts);
    this.#columns = cells.map((cell) => layout.column(cell));
  }

  get empty(): boolean {
    return this.#columns.length === 0;
  }

  /** Values of another generation are no longer valid. */
  get generation(): number {
    return this.#generation;
  }

  /** At every batch border, after the builder's `begin`. */
  begin(): void {
    let generation = 0;
    // Epochs only go up, and so does their sum.
    for (const column of this.#columns) generation += column.dictionary.epoch;
    this.#generation = generation;
  }

  /** Fills the cells of a row from a document. */
  read(document: JsonObject, row: number): void {
    this.#program.run(document, row, NO_NUMBERS);
  }

  /** The cells of a row that `read` has filled. */
  keep(row: number): CellValues {
    const columns = this.#columns;
    const { length } = columns;
    const [kind, code] = [new Uint8Array(length), new Int32Array(length)];
    const [num, aux] = [new Float64Array(length), new Int32Array(length)];
    for (let i = 0; i < length; i++) {
      const column = columns[i] as BatchColumn;
      kind[i] = column.kind[row] as number;
      code[i] = column.code[row] as number;
      num[i] = column.num[row] as number;
      aux[i] = column.aux[row] as number;
    }
    return { generation: this.#generation, kind, code, num, aux };
  }

  /** Fills the cells of a row with values of this generation. */
  copy(values: CellValues, row: number): void {
    const columns = this.#columns;
    for (let i = 0; i < columns.length; i++) {
      const column = columns[i] as BatchColumn;
      const kind = values.kind[i] as number;
      column.kind[row] = kind;
      if (kind === CELL.text) column.code[row] = values.code[i] as number;
      else if (kind >= CELL.number) {
        column.num[row] = values.num[i] as number;
        column.aux[row] = values.aux[i] as number;
      }
    }
  }
}
