import { SourceError } from '../../errors/windhover-error.ts';
import type { RecordBatch } from '../../telemetry/record-batch.ts';
import type { JournalRead } from './journal-step.ts';

/** Reads again what a journal says was read, batch by batch in its order. */
export interface RangeReader {
  /**
   * The batch of a range, cut as it was; valid until the next is asked for. Throws `SourceError` `range-gone` where the source
   * has it no longer, `range-differs` where it has something else.
   */
  read(range: JournalRead): Promise<RecordBatch>;
  close(): Promise<void>;
}

/** The source has no longer what was read. `why`: a sentence without its end. */
export function rangeGone(range: JournalRead, why: string): SourceError {
  return new SourceError('range-gone', `${describeRange(range)} cannot be read again: ${why}`, {
    hint: 'What a source has dropped cannot be replayed; keep sources for as long as you want to replay them.',
  });
}

export function rangeDiffers(range: JournalRead, why: string): SourceError {
  return new SourceError('range-differs', `${describeRange(range)} is not what was read: ${why}`, {
    hint: 'The source was changed after it had been read, or the journal belongs to another one.',
  });
}

export function describeRange({ place: { place, kind }, from, to }: JournalRead): string {
  const unit = { partition: 'offset', history: 'document', file: 'byte', followed: 'byte', stream: 'byte' }[kind];
  return `${place}, ${unit} ${from.offset} to ${to.offset}`;
}
