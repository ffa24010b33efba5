import { SinkError } from '../errors/windhover-error.ts';
import type { RecordedItem } from './recorded-item.ts';
import type { ReplaySink, Taken } from './replay-sink.ts';

/** Takes bytes in order; settles when they have been handed over. Throws `SinkError`. */
export interface ByteOutput {
  write(bytes: Uint8Array): Promise<void>;
  close(): Promise<void>;
}

const BATCH_BYTES = 256 * 1024;
const MAX_DOCUMENT_BYTES = 16 * 1024 * 1024;
const MAX_TRACE_BYTES = 256 * 1024 * 1024;
const LINE_END = Buffer.from('\n');

/** Recorded telemetry as lines of a file or of standard output, as they were; or one trace. */
export class FileReplaySink implements ReplaySink {
  readonly maxItems = 10_000;
  readonly maxBytes = BATCH_BYTES;
  readonly maxDocumentBytes = MAX_DOCUMENT_BYTES;
  readonly maxTraceBytes = MAX_TRACE_BYTES;
  readonly #output: ByteOutput;
  #sent = 0;
  #hasTrace = false;

  constructor(output: ByteOutput) {
    this.#output = output;
  }

  async send(items: readonly RecordedItem[]): Promise<Taken> {
    const parts: Buffer[] = [];
    for (const { content, place, bytes } of items) {
      if (this.#hasTrace || (content === 'trace' && this.#sent + parts.length > 0)) {
        throw new SinkError('replay-content', `${place} cannot be written behind what the target holds`, {
          hint: 'A trace stands alone in a file. Write each trace to a file of its own, and lines to another.',
        });
      }
      this.#hasTrace = content === 'trace';
      parts.push(bytes);
      if (content === 'document') parts.push(LINE_END);
    }
    await this.#output.write(Buffer.concat(parts));
    this.#sent += items.length;
    return { taken: items.length, present: 0, refused: 0 };
  }

  close(): Promise<void> {
    return this.#output.close();
  }
}
