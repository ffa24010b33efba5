import type { DecodeOptions } from '../../telemetry/decoder.ts';
import {
  HistoryProgress,
  type DocumentHistory,
  type HistoryDocument,
  type HistoryRange,
} from '../../telemetry/document-history.ts';
import { DocumentDecoder, type DocumentVerdict } from '../../telemetry/document-decoder.ts';
import { EventSpan } from '../../telemetry/event-span.ts';
import { HistoryBatch } from '../../telemetry/history-batch.ts';
import { LINE_SHAPES } from '../../telemetry/line-shapes.ts';
import { NeededFields } from '../../telemetry/needed-fields.ts';
import { objectNestsTooDeep } from '../../telemetry/nesting-depth.ts';
import { BATCH_CAPACITY } from '../../telemetry/record-batch.ts';
import { UnusedDocuments } from '../../telemetry/unused-documents.ts';
import type { SourceNotice } from './source-notice.ts';
import type { BatchSupply, PlaceNotice, PlacePosition, ReadBatch } from './source-reader.ts';

export interface HistoryReaderOptions {
  readonly name: string;
  readonly history: DocumentHistory;
  /** Of event times. */
  readonly range: HistoryRange;
  readonly decode: Omit<DecodeOptions, 'from'>;
  /** Names of record kinds that nobody looks at: documents of them, as of no kind, may be left out. Absent: none. */
  readonly needless?: ReadonlySet<string> | undefined;
  /** Names of the rules by which documents may be left out. Absent: all. */
  readonly without?: readonly string[] | undefined;
  readonly known: readonly PlacePosition[];
  readonly onPlace: (notice: PlaceNotice) => void;
  readonly onNotice: (notice: SourceNotice) => void;
}

/** A batch also ends after this many documents, so that a history of nothing but ignored ones shows progress. */
const DOCUMENTS_A_BATCH = 8192;
/** Events have times of their own, which may lie this far from the time that the store sorts by. */
const MARGIN_MS = 86_400_000;

type Pages = AsyncGenerator<readonly HistoryDocument[], void, undefined>;

/** One source of a scope whose records are documents of a store, in its order; the next page is fetched meanwhile. */
export class HistoryReader implements BatchSupply {
  readonly name: string;
  readonly #options: HistoryReaderOptions;
  readonly #batch: HistoryBatch;
  readonly #decoder: DocumentDecoder;
  readonly #span = new EventSpan();
  readonly #progress: HistoryProgress;
  readonly #limit: number;
  readonly #fromMs: number;
  readonly #toMs: number;
  readonly #resumed: boolean;
  readonly #fields: NeededFields;
  readonly #unused: UnusedDocuments;
  #pages: Pages | undefined;
  #next: Promise<IteratorResult<readonly HistoryDocument[], void>> | undefined;
  #page: readonly HistoryDocument[] = [];
  #at = 0;
  #documents: number;
  #records: number;
  #told = false;
  #ended = false;

  constructor(options: HistoryReaderOptions) {
    const { name, history, range, decode, known, needless = new Set<string>(), without } = options;
    this.name = name;
    this.#options = options;
    const { seed = 0, hostAliases, demand, batchSize } = decode;
    this.#batch = new HistoryBatch({ source: name, place: history.place, seed, hostAliases });
    this.#decoder = new DocumentDecoder(this.#batch, demand, LINE_SHAPES);
    this.#fields = new NeededFields(demand, LINE_SHAPES);
    this.#unused = new UnusedDocuments(LINE_SHAPES, needless, without);
    this.#batch.setRecordIds((row) => this.#decoder.recordIdOf(row, () => textOf(this.#batch.document(row))));
    this.#limit = Math.max(1, Math.min(batchSize, BATCH_CAPACITY));
    this.#fromMs = range.from === undefined ? -Infinity : Date.parse(range.from);
    this.#toMs = range.to === undefined ? Infinity : Date.parse(range.to);
    const before = known.find((each) => each.history?.source === name);
    this.#resumed = before !== undefined;
    this.#progress = new HistoryProgress(before?.history?.cursor);
    this.#documents = before?.position.offset ?? 0;
    this.#records = before?.position.records ?? 0;
  }

  async next(): Promise<ReadBatch | undefined> {
    if (this.#ended) return undefined;
    this.#begin();
    let looked = 0;
    for (;;) {
      const document = this.#page[this.#at];
      if (document === undefined) {
        if (await this.#turn()) continue;
        this.#ended = true;
        this.#tell();
        // Without anything in it the last batch still says that the place is known.
        return this.#finish();
      }
      if (!this.#take(document)) break;
      this.#at++;
      this.#documents++;
      this.#progress.add(document);
      if (this.#batch.size >= this.#limit || ++looked >= DOCUMENTS_A_BATCH) break;
    }
    this.#tell();
    return this.#finish();
  }

  async close(): Promise<void> {
    this.#ended = true;
    // Ends what is being waited for.
    await this.#options.history.close();
  }

  /** The next page; false at the end. */
  async #turn(): Promise<boolean> {
    const { history, range, onNotice } = this.#options;
    this.#pages ??= history.pages(this.#progress.cursor, widened(range), onNotice, this.#fields, this.#unused);
    const { value, done } = await (this.#next ?? this.#pages.next());
    if (done === true) return false;
    this.#progress.without = this.#unused.followed ?? [];
    this.#page = value as readonly HistoryDocument[];
    this.#at = 0;
    this.#next = this.#pages.next();
    // Met when the page is wanted.
    this.#next.catch(() => {});
    return true;
  }

  /** False: the batch has to end before the document. */
  #take(document: HistoryDocument): boolean {
    const verdict = this.#read(document);
    const batch = this.#batch;
    if (verdict === 'record') {
      const { firstMs, lastMs } = this.#decoder.times;
      if (firstMs < this.#fromMs || firstMs >= this.#toMs) return true;
      if (this.#span.wouldExceed(this.#options.decode.maxSpanMs, lastMs)) return false;
      this.#span.add(lastMs);
      batch.keep(document);
      this.#decoder.write(0, 0);
    } else if (verdict === 'ignored') batch.addIgnored(this.#decoder.ignoredAs);
    else batch.rejectDocument(document, this.#documents, verdict);
    return true;
  }

  #read({ source, text, tooLarge }: HistoryDocument): DocumentVerdict | 'document-too-large' | 'nested-too-deep' {
    if (tooLarge === true) return 'document-too-large';
    return objectNestsTooDeep(source) ? 'nested-too-deep' : this.#decoder.readParsed(source, text, ['_source']);
  }

  #begin(): void {
    this.#batch.begin(this.#records);
    this.#batch.forget();
    this.#decoder.begin();
    this.#span.reset();
  }

  /** Told with the first batch: only then it is known what the place holds. */
  #tell(): void {
    if (this.#told) return;
    this.#told = true;
    const { history, onPlace } = this.#options;
    onPlace({ place: history.place, format: this.#decoder.format, resumed: this.#resumed, replaced: false });
  }

  #finish(): ReadBatch {
    this.#records += this.#batch.size;
    const position: PlacePosition = {
      place: this.#options.history.place,
      position: { offset: this.#documents, records: this.#records },
      head: '',
      headLength: 0,
      history: { source: this.name, cursor: this.#progress.cursor },
    };
    return { batch: this.#batch, position };
  }
}

function widened({ from, to }: HistoryRange): HistoryRange {
  const moved = (time: string | undefined, ms: number): string | undefined =>
    time === undefined ? undefined : new Date(Date.parse(time) + ms).toISOString();
  return { from: moved(from, -MARGIN_MS), to: moved(to, MARGIN_MS) };
}

function textOf({ text, source }: HistoryDocument): string {
  return text ?? JSON.stringify(source);
}
