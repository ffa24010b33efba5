import { BatchBuilder } from './batch-builder.ts';
import type { BatchReader, ByteSource, DecodeOptions, DecodePosition } from './decoder.ts';
import { DocumentDecoder } from './document-decoder.ts';
import type { DocumentShape } from './document-shape.ts';
import { ElementSplitter } from './element-splitter.ts';
import { isBrokenOff } from './is-broken-off.ts';
import { LineSplitter, lineText, type Line, type Splitter } from './line-splitter.ts';
import { EventSpan } from './event-span.ts';
import { nestsTooDeep } from './nesting-depth.ts';
import { BATCH_CAPACITY, type RecordBatch } from './record-batch.ts';

/** A batch also ends after this many lines, so that a file of nothing but ignored lines shows progress. */
const LINES_A_BATCH = 8192;
/** And after this much of one line, so that a line without end can be stopped. */
const UNBROKEN_BYTES = 16 * 1024 * 1024;
const CARRIAGE_RETURN = 13;
const BLANKS = new Set([9, 13, 32]);

/**
 * Reads documents in any of the given shapes: one a line, or (`elements`) as the objects of an array or of a text over
 * many lines.
 */
export class LineBatchReader implements BatchReader {
  readonly #source: ByteSource;
  readonly #options: DecodeOptions;
  readonly #builder: BatchBuilder;
  readonly #decoder: DocumentDecoder;
  readonly #layout: 'lines' | 'elements';
  readonly #limit: number;
  /** Line of each row, for what is read again on request. */
  readonly #rows: Line[] = [];
  #position: DecodePosition;
  #lines = 0;
  /** Offset after the last line taken. */
  #consumed = 0;
  readonly #span = new EventSpan();

  constructor(
    source: ByteSource,
    options: DecodeOptions,
    shapes: readonly DocumentShape[],
    layout: 'lines' | 'elements' = 'lines',
  ) {
    this.#layout = layout;
    this.#source = source;
    this.#options = options;
    this.#position = options.from ?? { offset: 0, records: 0 };
    this.#limit = Math.max(1, Math.min(options.batchSize, BATCH_CAPACITY));
    this.#builder = new BatchBuilder({
      source: source.source,
      place: source.place,
      seed: options.seed ?? 0,
      hostAliases: options.hostAliases,
    });
    this.#decoder = new DocumentDecoder(this.#builder, options.demand, shapes);
    this.#builder.setRecordIds((row) => this.#recordIdOf(row));
  }

  get format(): string {
    return this.#decoder.format;
  }

  get envelope(): string {
    const layout = this.#layout === 'lines' ? 'a document a line' : 'documents in an array, or over several lines';
    return [layout, ...this.#decoder.wrappers.map((wrapper) => `in "${wrapper}"`)].join(', ');
  }

  get position(): DecodePosition {
    return this.#position;
  }

  async *batches(): AsyncGenerator<RecordBatch, void, undefined> {
    const { offset } = this.#position;
    const { maxLineBytes } = this.#options;
    const splitter: Splitter =
      this.#layout === 'lines' ? new LineSplitter(offset, maxLineBytes) : new ElementSplitter(offset, maxLineBytes);
    this.#consumed = offset;
    let turned = offset;
    this.#begin();
    try {
      for await (const chunk of this.#source.open(offset)) {
        if (chunk.pause === true) {
          // A line that is only half there stays in the splitter.
          yield this.#finishBatch();
          this.#begin();
          continue;
        }
        splitter.push(chunk);
        for (let line = splitter.next(); line !== undefined;) {
          const border = this.#take(line);
          if (border !== 'none') {
            yield this.#finishBatch();
            this.#begin();
          }
          if (border !== 'before') line = splitter.next();
        }
        const read = chunk.offset + chunk.bytes.length;
        turned = Math.max(turned, this.#consumed);
        if (read - turned >= UNBROKEN_BYTES) {
          turned = read;
          yield this.#finishBatch();
          this.#begin();
        }
      }
    } catch (error) {
      if (!isBrokenOff(error)) throw error;
      // Whole lines count; the rest of a stream that breaks off is told, not guessed at. Should the place be whole one
      // day, it goes on with the line that was cut.
      const rest = splitter.finish();
      const bytes = rest === undefined ? new Uint8Array() : rest.buffer.subarray(rest.start, rest.end);
      this.#builder.addReject(this.#consumed, rest?.length ?? 0, error.code, bytes);
      yield this.#finishBatch();
      return;
    }
    const last = splitter.finish();
    if (last !== undefined && this.#take(last) === 'before') {
      yield this.#finishBatch();
      this.#begin();
      this.#take(last);
    }
    yield this.#finishBatch();
  }

  /** Takes a line into the batch and says whether the batch ends after it, or must end before it is taken. */
  #take(line: Line): 'none' | 'before' | 'after' {
    const builder = this.#builder;
    const verdict = this.#look(line);
    if (verdict === 'record') {
      const { lastMs } = this.#decoder.times;
      if (this.#span.wouldExceed(this.#options.maxSpanMs, lastMs)) return 'before';
      this.#span.add(lastMs);
      this.#rows.push(line);
      this.#decoder.write(line.offset, line.length);
    } else if (verdict === 'ignored') builder.addIgnored(this.#decoder.ignoredAs);
    else if (verdict !== 'blank') {
      builder.addReject(line.offset, line.length, verdict, line.buffer.subarray(line.start, line.end));
    }
    this.#consumed = line.offset + line.length;
    this.#lines++;
    return builder.size >= this.#limit || this.#lines >= LINES_A_BATCH ? 'after' : 'none';
  }

  #look(line: Line): string {
    if (line.tooLong) return 'line-too-long';
    const { buffer, start } = line;
    let end = line.end;
    if (end > start && buffer[end - 1] === CARRIAGE_RETURN) end--;
    // A byte order mark may stand at the very beginning.
    const from = line.offset === 0 && isByteOrderMark(buffer, start, end) ? start + 3 : start;
    if (isBlank(buffer, from, end)) return 'blank';
    if (nestsTooDeep(buffer, from, end)) return 'nested-too-deep';
    if (this.#decoder.isIgnored(buffer, from, end)) return 'ignored';
    return this.#decoder.read(lineText(line, from, end));
  }

  #begin(): void {
    this.#builder.begin(this.#position.records);
    this.#decoder.begin();
    this.#rows.length = 0;
    this.#lines = 0;
    this.#span.reset();
  }

  #finishBatch(): RecordBatch {
    this.#position = { offset: this.#consumed, records: this.#position.records + this.#builder.size };
    return this.#builder;
  }

  #recordIdOf(row: number): string {
    const line = this.#rows[row];
    if (line === undefined || row >= this.#builder.size) throw new RangeError(`the batch has no row ${String(row)}`);
    return this.#decoder.recordIdOf(row, () => {
      const { buffer, start, end } = line;
      const from = line.offset === 0 && isByteOrderMark(buffer, start, end) ? start + 3 : start;
      return lineText(line, from, end);
    });
  }
}

function isByteOrderMark(buffer: Buffer, start: number, end: number): boolean {
  return end - start >= 3 && buffer[start] === 0xef && buffer[start + 1] === 0xbb && buffer[start + 2] === 0xbf;
}

function isBlank(buffer: Buffer, start: number, end: number): boolean {
  for (let i = start; i < end; i++) if (!BLANKS.has(buffer[i] as number)) return false;
  return true;
}
