import { UsageError, WindhoverError } from '../../errors/windhover-error.ts';
import { FileByteSource } from '../../sources/file-byte-source.ts';
import type { ByteSource } from '../../telemetry/decoder.ts';
import { openBatches } from '../../telemetry/open-batches.ts';
import { recognisePlace } from '../../telemetry/recognise-place.ts';
import { BATCH_CAPACITY, type RecordBatch, type Reject } from '../../telemetry/record-batch.ts';
import { wholeDemand } from '../../telemetry/whole-demand.ts';
import { lineSource, MAX_LINE_BYTES } from './line-source.ts';

const SHOWN_BYTES = 80;

const REASONS: ReadonlyMap<string, string> = new Map([
  ['not-json', 'it is no JSON'],
  ['not-an-object', 'it is JSON, but no object'],
  ['unknown-format', 'it is of no format that is known'],
  ['no-event-time', 'it does not say when it happened'],
  ['line-too-long', 'the line is too long'],
  ['nested-too-deep', 'it is nested too deep'],
]);

/** A place in a file that was read, and at which the hunt found no record. */
export interface UnusedPlace {
  /** As the call names it. */
  readonly record: string;
  readonly file: string;
  readonly offset: number;
  readonly cwd: string;
  readonly hostAliases: ReadonlyMap<string, string>;
}

/** What became of what lies there, as the error to be told: `record-undecodable`, `record-ignored`, `record-unknown`. */
export async function unusedRecord(place: UnusedPlace): Promise<UsageError> {
  const { record, file, offset, cwd } = place;
  const source = new FileByteSource('', file, cwd);
  try {
    const { content, leave } = await recognisePlace(source);
    await leave();
    if (content !== 'lines') return (await rejectedBlock(place, source)) ?? nothingAt(record, file);
    const begin = await lineBegin(source, offset);
    if (begin !== offset) {
      const where =
        begin === undefined ? `${file} ends before it` : `the line that holds it begins at ${file}:${begin}`;
      return new UsageError('record-unknown', `No line begins at ${record}`, `Here ${where}.`);
    }
    return await ofLine(place, await lineSource(source, offset));
  } catch (error) {
    if (!(error instanceof WindhoverError)) throw error;
    return new UsageError('record-unknown', `${record} cannot be read: ${error.message}`, error.hint, error);
  }
}

async function ofLine(place: UnusedPlace, line: ByteSource): Promise<UsageError> {
  const { record, file } = place;
  for await (const batch of batchesOf(place, line)) {
    const [reject] = batch.rejects;
    if (reject !== undefined) return undecodable(place, reject);
    const [kind] = batch.ignoredAs?.keys() ?? [];
    if (batch.ignored > 0) {
      return new UsageError(
        'record-ignored',
        `${record} was read, and is of a kind that no hunt can use: ${kind ?? 'others'}`,
        `Such records are counted as ignored and not looked at any further; windhover doctor ${file} counts them by kind.`,
      );
    }
    if (batch.size > 0) return nothingAt(record, file);
  }
  return new UsageError('record-unknown', `The line at ${record} is empty`, 'Empty lines are passed over.');
}

/** What a trace or a text over many lines holds is told apart only by reading it from its beginning. */
async function rejectedBlock(place: UnusedPlace, source: ByteSource): Promise<UsageError | undefined> {
  for await (const { rejects } of batchesOf(place, source)) {
    const reject = rejects.find(({ offset, length }) => offset <= place.offset && place.offset < offset + length);
    if (reject !== undefined) return undecodable(place, reject);
  }
  return undefined;
}

async function* batchesOf({ hostAliases }: UnusedPlace, source: ByteSource): AsyncGenerator<RecordBatch> {
  const limits = { batchSize: BATCH_CAPACITY, maxSpanMs: Infinity, maxLineBytes: MAX_LINE_BYTES };
  yield* (await openBatches(source, { demand: wholeDemand(), hostAliases, ...limits })).batches();
}

function undecodable({ record, file }: UnusedPlace, { reason, sample }: Reject): UsageError {
  const words = REASONS.get(reason);
  const begins = Buffer.from(sample.subarray(0, SHOWN_BYTES)).toString('utf8').trim();
  return new UsageError(
    'record-undecodable',
    `${record} was read, but could not be decoded: ${words === undefined ? reason : `${words} (${reason})`}`,
    `${begins === '' || begins.includes('\uFFFD') ? '' : `It begins with ${begins} . `}windhover doctor ${file} shows what else the file holds.`,
  );
}

function nothingAt(record: string, file: string): UsageError {
  return new UsageError(
    'record-unknown',
    `${file} was read, but no record lies at ${record}`,
    `Write FILE:OFFSET as alerts name their records, FILE#LINE, or a record id; windhover doctor ${file} shows places of records.`,
  );
}

/** Where the line that holds a byte begins; undefined behind the end. */
async function lineBegin(source: ByteSource, target: number): Promise<number | undefined> {
  let begin = 0;
  for await (const { bytes, offset } of source.open(0)) {
    const before = Math.min(bytes.length, target - offset);
    if (before > 0) {
      const end = bytes.lastIndexOf(10, before - 1);
      if (end >= 0) begin = offset + end + 1;
    }
    if (target < offset + bytes.length) return begin;
  }
  return undefined;
}
