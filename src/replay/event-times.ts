import { BatchBuilder } from '../telemetry/batch-builder.ts';
import type { Demand } from '../telemetry/demand.ts';
import { DocumentDecoder } from '../telemetry/document-decoder.ts';
import { LINE_SHAPES } from '../telemetry/line-shapes.ts';

const NOTHING: Demand = {
  types: new Map(),
  references: new Set(),
  patternTypes: new Map(),
  patternReferences: new Set(),
  linked: [],
  recordIds: false,
};

/** Event time and host of documents, found as the engine finds them, whatever their shape. */
export class EventTimes {
  readonly #decoder = new DocumentDecoder(
    new BatchBuilder({ source: '', place: '', seed: 0, hostAliases: new Map() }),
    NOTHING,
    LINE_SHAPES,
  );

  /** `timeMs`: when the record was complete, ms since 1970; nothing of what is no record. */
  read(text: string): { readonly timeMs: number | undefined; readonly host: string } {
    if (this.#decoder.read(text) !== 'record') return { timeMs: undefined, host: '' };
    return { timeMs: this.#decoder.times.lastMs, host: this.#decoder.host };
  }
}
