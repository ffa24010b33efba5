import { SinkError, WindhoverError } from '../errors/windhover-error.ts';
import type { Timer } from '../telemetry/timer.ts';
import { readIndexLine } from './index-line.ts';
import type { RecordedItem } from './recorded-item.ts';
import type { ReplaySink, Taken } from './replay-sink.ts';

/** What became of one document. */
export interface BulkItem {
  readonly status: number;
  /** Of one that was not taken. */
  readonly reason?: string | undefined;
}

/**
 * Sends lines of a bulk request and gives the answer for each document. Throws `WindhoverError`; one that is `retriable`
 * is tried again.
 */
export type SendBulk = (lines: readonly string[]) => Promise<readonly BulkItem[]>;

export interface ElasticReplayOptions {
  readonly send: SendBulk;
  /** A document that is there already is replaced instead of left alone. */
  readonly overwrite: boolean;
  readonly timer: Timer;
  /** Told when the server is away and is tried again, once until it takes something. */
  readonly onAway?: (problem: WindhoverError) => void;
  /** Ends the waiting between tries. */
  readonly signal: AbortSignal;
}

/** Servers take 100 MB a request and do best with a few. */
const BATCH_BYTES = 4 * 1024 * 1024;
const MAX_DOCUMENT_BYTES = 16 * 1024 * 1024;
const TRIES = 8;
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 15_000;
const CONFLICT = 409;
/** The server has no room for it just now. */
const BUSY = new Set([429, 502, 503, 504]);

interface Pending {
  readonly action: string;
  readonly document: string;
}

/** Recorded telemetry as documents of an index, under the `_id` that its line carries. */
export class ElasticReplaySink implements ReplaySink {
  readonly maxItems = 1000;
  readonly maxBytes = BATCH_BYTES;
  readonly maxDocumentBytes = MAX_DOCUMENT_BYTES;
  /** An index has no use for a trace. */
  readonly maxTraceBytes = 0;
  readonly #options: ElasticReplayOptions;
  #isAway = false;

  constructor(options: ElasticReplayOptions) {
    this.#options = options;
  }

  async send(items: readonly RecordedItem[]): Promise<Taken> {
    const { overwrite } = this.#options;
    const so = { taken: 0, present: 0, refused: 0, reason: undefined as string | undefined };
    const refuse = (reason: string): void => {
      so.refused++;
      so.reason ??= reason;
    };
    let pending: Pending[] = [];
    for (const { bytes } of items) {
      const line = readIndexLine(bytes.toString('utf8'));
      if (line === undefined) refuse('it is no JSON object');
      else {
        const action = JSON.stringify({
          [overwrite ? 'index' : 'create']: line.id === undefined ? {} : { _id: line.id },
        });
        pending.push({ action, document: line.document });
      }
    }
    for (let tries = 1; pending.length > 0; tries++) {
      const answers = await this.#try(pending, tries);
      const again = pending.filter((_, i) => BUSY.has(answers[i]?.status ?? 0));
      for (const { status, reason } of answers) {
        if (status < 300) so.taken++;
        else if (status === CONFLICT && !overwrite) {
          so.taken++;
          so.present++;
        } else if (!BUSY.has(status)) refuse(reason ?? `status ${status}`);
      }
      if (again.length > 0) await this.#wait(tries, busy());
      pending = again;
    }
    return so;
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  async #try(pending: readonly Pending[], tries: number): Promise<readonly BulkItem[]> {
    const lines = pending.flatMap(({ action, document }) => [action, document]);
    for (;;) {
      try {
        const answers = await this.#options.send(lines);
        this.#isAway = false;
        return answers;
      } catch (error) {
        if (!(error instanceof WindhoverError) || !error.retriable) throw error;
        if (!this.#isAway) this.#options.onAway?.(error);
        this.#isAway = true;
        await this.#wait(tries++, error);
      }
    }
  }

  /** Waits before the next try; throws the error where there were enough. */
  #wait(tries: number, error: WindhoverError): Promise<void> {
    const { timer, signal } = this.#options;
    if (tries >= TRIES || signal.aborted) throw error;
    const ms = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (tries - 1));
    return new Promise((done, fail) => {
      const stop = (): void => {
        cancel();
        fail(error);
      };
      const cancel = timer.after(ms, () => {
        signal.removeEventListener('abort', stop);
        done();
      });
      signal.addEventListener('abort', stop, { once: true });
    });
  }
}

function busy(): SinkError {
  return new SinkError('elastic-busy', 'Elasticsearch takes no more documents for now', {
    hint: 'It answered 429 or 503 again and again. Look at its load and disk, or send with --rate.',
    retriable: true,
  });
}
