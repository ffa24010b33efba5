import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';

/** Bytes before a place that have to be the same for it to be found again. */
const TAIL_BYTES = 4096;

/** A place in a log, with what lies before it. */
export interface LogPlace {
  readonly length: number;
  /** Hash of the last 4,096 bytes before `length`. */
  readonly tailHash: string;
}

/** How far the log had come, as it goes into a commit. */
export interface AlertLogMark extends LogPlace {
  /** Names the state folder among all that write the log; absent in states of a version that gave none. */
  readonly writer?: string;
  /** Which of the writer's stints had begun. */
  readonly stint?: number;
}

/** What lies before a place, as far as it is compared. */
export class LogTail {
  readonly bytes: Buffer;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }

  static async read(file: FileHandle, length: number): Promise<LogTail> {
    const start = Math.max(0, length - TAIL_BYTES);
    const tail = Buffer.alloc(length - start);
    let read = 0;
    while (read < tail.length) {
      const { bytesRead } = await file.read(tail, read, tail.length - read, start + read);
      if (bytesRead === 0) break;
      read += bytesRead;
    }
    return new LogTail(tail.subarray(0, read));
  }

  /** A last line without an end. */
  get isTorn(): boolean {
    return this.bytes.length > 0 && this.bytes.at(-1) !== 0x0a;
  }

  get hash(): string {
    return createHash('sha256').update(this.bytes).digest('hex').slice(0, 32);
  }

  with(more: Buffer): LogTail {
    return new LogTail(Buffer.concat([this.bytes, more.subarray(-TAIL_BYTES)]).subarray(-TAIL_BYTES));
  }
}

export function isLogPlace(place: unknown): place is LogPlace {
  if (typeof place !== 'object' || place === null) return false;
  const { length, tailHash } = place as Partial<LogPlace>;
  return Number.isSafeInteger(length) && length! >= 0 && typeof tailHash === 'string';
}
