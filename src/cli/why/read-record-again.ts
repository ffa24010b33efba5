import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { formatInstant } from '../../catalogue/instant.ts';
import { WindhoverError } from '../../errors/windhover-error.ts';
import type { AlertRecord } from '../../hunts/alerts/alert-row.ts';
import { FileByteSource } from '../../sources/file-byte-source.ts';
import type { ByteSource } from '../../telemetry/decoder.ts';
import { openBatches } from '../../telemetry/open-batches.ts';
import { BATCH_CAPACITY, type RecordBatch } from '../../telemetry/record-batch.ts';
import { wholeDemand } from '../../telemetry/whole-demand.ts';
import { lineSource, MAX_LINE_BYTES } from './line-source.ts';

/** Largest file that is searched as a whole, bytes. */
const MAX_SEARCHED_BYTES = 1024 ** 3;

/** Where a record lies by now; `row` of `batch` where it was found, valid during the call of `use` only. */
export type RecordFate =
  | { readonly status: 'read' }
  /** The file has gone, or is none of this machine. */
  | { readonly status: 'gone'; readonly reason: string }
  /** Something else lies there by now. */
  | { readonly status: 'changed'; readonly reason: string }
  | { readonly status: 'unreadable'; readonly reason: string };

/**
 * Reads the record of an alert again from the file it came from, and gives it to `use`. A line is read by its offset; of
 * traces and bundles, whose records rest on what comes before, the file is read from its beginning.
 */
export async function readRecordAgain(
  record: AlertRecord,
  options: { readonly cwd: string; readonly hostAliases: ReadonlyMap<string, string> },
  use: (batch: RecordBatch, row: number) => void,
): Promise<RecordFate> {
  const match = /^(.+):(\d+)$/su.exec(record.place ?? '');
  if (match === null) return { status: 'gone', reason: 'the alert does not say where it lies' };
  const [, path = '', position = ''] = match;
  const offset = Number(position);
  const info = await stat(resolve(options.cwd, path)).catch(() => undefined);
  if (info?.isFile() !== true) {
    return {
      status: 'gone',
      reason: `${path} is no file here: it was deleted or rotated, or lies in another kind of source`,
    };
  }
  const file = new FileByteSource('', path, options.cwd);
  const open = (source: ByteSource) =>
    openBatches(source, {
      demand: wholeDemand(),
      batchSize: BATCH_CAPACITY,
      maxSpanMs: Infinity,
      maxLineBytes: MAX_LINE_BYTES,
      hostAliases: options.hostAliases,
    });
  try {
    for await (const batch of (await open(await lineSource(file, offset))).batches()) {
      for (let row = 0; row < batch.size; row++) {
        if (!isIt(batch, row, record)) continue;
        use(batch, row);
        return { status: 'read' };
      }
    }
    if (info.size > MAX_SEARCHED_BYTES) {
      return { status: 'unreadable', reason: `${path} is too large to be searched for it` };
    }
    for await (const batch of (await open(file)).batches()) {
      for (let row = 0; row < batch.size; row++) {
        if (batch.locator(row).offset !== offset || !isIt(batch, row, record)) continue;
        use(batch, row);
        return { status: 'read' };
      }
    }
  } catch (error) {
    if (!(error instanceof WindhoverError)) throw error;
    return { status: 'unreadable', reason: error.message };
  }
  return { status: 'changed', reason: `something else lies at ${path}:${offset} by now` };
}

/** Of a record that only says how two entities are related the alert knows the time and not the id. */
function isIt(batch: RecordBatch, row: number, { id, time }: AlertRecord): boolean {
  if (id !== undefined) return batch.recordId(row) === id;
  return formatInstant({ ms: batch.firstMs[row] as number, ns: batch.firstNs[row] as number }) === time;
}
