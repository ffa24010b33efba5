import { BatchBuilder } from './batch-builder.ts';
import { documentKey, type HistoryDocument } from './document-history.ts';
import type { RecordLocator } from './record-batch.ts';

/** A batch whose records lie in documents that have names instead of offsets. */
export class HistoryBatch extends BatchBuilder {
  readonly #documents: HistoryDocument[] = [];

  /** The document of the next row. */
  keep(document: HistoryDocument): void {
    this.#documents.push(document);
  }

  /** With every `begin`. */
  forget(): void {
    this.#documents.length = 0;
  }

  document(row: number): HistoryDocument {
    const document = this.#documents[row];
    if (document === undefined) throw new RangeError(`the batch has no row ${String(row)}`);
    return document;
  }

  /** Counts a document that is no record; `number`: how many came before it. */
  rejectDocument(document: HistoryDocument, number: number, reason: string): void {
    const bytes = Buffer.from(document.text ?? JSON.stringify(document.source));
    this.addReject(number, bytes.length, reason, bytes, documentKey(document));
  }

  override locator(row: number): RecordLocator {
    return { source: this.source, place: documentKey(this.document(row)), offset: -1, length: 0 };
  }
}
