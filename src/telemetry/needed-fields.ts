import { BatchBuilder } from './batch-builder.ts';
import { DemandFilter } from './demand-filter.ts';
import type { Demand } from './demand.ts';
import type { FieldChoice } from './document-history.ts';
import type { DocumentShape, JsonObject } from './document-shape.ts';
import { keptFields } from './kept-fields.ts';
import { TableLayout } from './table-layout.ts';

/** So many documents of one shape in a row: the rest is taken to be like them, until one is not. */
const ALIKE = 100;
/**
 * Of the length of documents: where needed fields are more, all are asked for. A server takes whole documents from its disk
 * as they are, and has to parse and write them anew to give a part.
 */
const LARGEST_SHARE = 0.4;

/**
 * Which fields of the documents of a store are asked for: those that a decoder needs of the shape that all documents had so
 * far, as far as the demand reaches, where they are a small part. All fields before the shape is known, and for good once a
 * document has another one, is wrapped, or is of no shape: what such a document is cannot be told by a part of it.
 */
export class NeededFields implements FieldChoice {
  readonly #demand: Demand;
  readonly #shapes: readonly DocumentShape[];
  #shape: DocumentShape | undefined;
  #seen = 0;
  #mixed = false;
  #needed: readonly string[] | undefined;
  #wholeLength = 0;
  #neededLength = 0;
  #paths: readonly string[] | undefined;

  constructor(demand: Demand, shapes: readonly DocumentShape[]) {
    this.#demand = demand;
    this.#shapes = shapes;
  }

  get paths(): readonly string[] | undefined {
    return this.#paths;
  }

  takes(document: JsonObject): boolean {
    if (this.#mixed) return true;
    this.#shape ??= this.#shapes.find((shape) => shape.fits(document));
    if (this.#shape?.fits(document) === true) {
      if (this.#seen < ALIKE) this.#learn(document, this.#shape);
      return true;
    }
    const wasWhole = this.#paths === undefined;
    this.#mixed = true;
    this.#paths = undefined;
    return wasWhole;
  }

  #learn(document: JsonObject, shape: DocumentShape): void {
    if (this.#seen++ === 0) this.#needed = neededPaths(shape, this.#demand);
    const needed = this.#needed;
    if (needed === undefined) return;
    this.#wholeLength += JSON.stringify(document).length;
    this.#neededLength += JSON.stringify(keptFields(document, needed)).length;
    if (this.#seen === ALIKE && this.#neededLength <= LARGEST_SHARE * this.#wholeLength) this.#paths = needed;
  }
}

/** Paths of the fields that records of a shape are read from, sorted, none below another one; `undefined`: any may be. */
export function neededPaths(shape: DocumentShape, demand: Demand): readonly string[] | undefined {
  if (shape.looksAt === undefined) return undefined;
  const paths = new Set(shape.looksAt);
  const options = { source: '', place: '', seed: 0, hostAliases: new Map<string, string>() };
  const layout = new TableLayout(shape.table, new BatchBuilder(options), new DemandFilter(demand));
  for (const kind of Object.keys(shape.table.kinds)) {
    for (const cell of layout.kind(kind)?.cells ?? []) for (const path of shape.pathsOf(kind, cell)) paths.add(path);
  }
  const isBelow = (path: string): boolean => [...paths].some((other) => path.startsWith(`${other}.`));
  return [...paths].filter((path) => !isBelow(path)).toSorted();
}
