import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { SinkError } from '../errors/windhover-error.ts';
import { makeFolders } from '../files/make-folders.ts';
import { openPrivateFile } from '../files/private-file.ts';
import type { AlertDocument } from '../hunts/alerts/alert-document.ts';
import { ALL_TAKEN, type AlertSink, type WriteOutcome } from './alert-sink.ts';
import { sinkClosed } from './sink-closed.ts';

/** Bytes before a mark that have to be the same for the log to be cut back to it. */
const TAIL_BYTES = 4096;
/** Lines and bytes that go into one write. */
const MAX_LINES = 1000;
const MAX_BYTES = 1024 * 1024;

/** How far the log had come, as it goes into a commit. */
export interface AlertLogMark {
  readonly length: number;
  /** Hash of the last 4,096 bytes before `length`. */
  readonly tailHash: string;
}

/**
 * The local alert log: one line of JSON per alert and revision, appended; the last line of an id holds (decision 27).
 *
 * A commit carries the mark of what was written before it. After a crash `rewind` cuts away what came after the mark,
 * since the run writes it again; a log that somebody else changed is left as it is and appended to, with a warning.
 */
export class AlertLog implements AlertSink {
  readonly name: string;
  readonly #file: FileHandle;
  readonly #warn: (message: string) => void;
  #length: number;
  #tail: Buffer;
  #closed = false;
  /** A failed write may have left part of a line. */
  #torn = false;
  /** Some of it may not be on the disk yet; what lies there at the start may be of a process that was killed. */
  #unsynced = true;
  /** What could not be brought to the disk may be gone, although a second try says otherwise. */
  #lost: SinkError | undefined;

  private constructor(path: string, file: FileHandle, length: number, tail: Buffer, warn: (message: string) => void) {
    this.name = path;
    this.#file = file;
    this.#length = length;
    this.#tail = tail;
    this.#warn = warn;
  }

  /**
   * Opens or creates the log at `path`, for its owner only. A last line that a crash cut short is ended, so that what
   * follows stands on lines of its own.
   *
   * @throws SinkError `alert-log-unwritable`
   */
  static async open(path: string, options: { readonly warn?: (message: string) => void } = {}): Promise<AlertLog> {
    const { warn = () => undefined } = options;
    try {
      await makeFolders(dirname(path));
      const file = await openPrivateFile(path, constants.O_RDWR);
      const { size } = await file.stat();
      const tail = await readTail(file, size);
      const log = new AlertLog(path, file, size, tail, warn);
      log.#torn = tail.length > 0 && tail.at(-1) !== 0x0a;
      return log;
    } catch (cause) {
      throw unwritable(path, cause);
    }
  }

  /**
   * How far the log has come: everything whose `write` was awaited. It is on the disk once this is answered, so that a
   * power cut leaves no commit whose mark is beyond the end of the log.
   *
   * @throws SinkError `alert-log-unwritable`, from then on always
   */
  async mark(): Promise<AlertLogMark> {
    if (this.#lost !== undefined) throw this.#lost;
    const mark = { length: this.#length, tailHash: hashOf(this.#tail) };
    if (!this.#unsynced) return mark;
    this.#unsynced = false;
    try {
      await this.#file.datasync();
    } catch (cause) {
      this.#lost = unwritable(this.name, cause);
      throw this.#lost;
    }
    return mark;
  }

  /** Back to where a commit knew the log. `mark`: what `mark()` gave then, or whatever the state holds in its place. */
  async rewind(mark: unknown): Promise<void> {
    if (this.#closed) throw sinkClosed(this.name);
    if (!isMark(mark)) return;
    if (mark.length > this.#length) {
      this.#warn(`${this.name} is shorter than the state remembers; alerts are appended to it.`);
      return;
    }
    try {
      const tail = await readTail(this.#file, mark.length);
      if (hashOf(tail) !== mark.tailHash) {
        this.#warn(`${this.name} is not what the state remembers; alerts are appended to it.`);
        return;
      }
      if (mark.length === this.#length) return;
      await this.#file.truncate(mark.length);
      this.#length = mark.length;
      this.#tail = tail;
      this.#torn = tail.length > 0 && tail.at(-1) !== 0x0a;
    } catch (cause) {
      throw unwritable(this.name, cause);
    }
  }

  async write(alerts: readonly AlertDocument[]): Promise<WriteOutcome> {
    if (this.#closed) throw sinkClosed(this.name);
    let lines: string[] = this.#torn && alerts.length > 0 ? ['\n'] : [];
    let bytes = 0;
    for (const alert of alerts) {
      const line = `${JSON.stringify(alert)}\n`;
      lines.push(line);
      bytes += line.length;
      if (lines.length < MAX_LINES && bytes < MAX_BYTES) continue;
      await this.#append(lines.join(''));
      lines = [];
      bytes = 0;
    }
    if (lines.length > 0) await this.#append(lines.join(''));
    return ALL_TAKEN;
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#file.close();
  }

  async #append(text: string): Promise<void> {
    const bytes = Buffer.from(text, 'utf8');
    try {
      for (let done = 0; done < bytes.length;) {
        const { bytesWritten } = await this.#file.write(bytes, done, bytes.length - done, this.#length + done);
        done += bytesWritten;
      }
    } catch (cause) {
      // Best effort: whole lines only, so that a reader and a later retry find no half of one.
      await this.#file.truncate(this.#length).catch(() => undefined);
      throw unwritable(this.name, cause);
    }
    this.#torn = false;
    this.#unsynced = true;
    this.#length += bytes.length;
    this.#tail = Buffer.concat([this.#tail, bytes.subarray(-TAIL_BYTES)]).subarray(-TAIL_BYTES);
  }
}

async function readTail(file: FileHandle, length: number): Promise<Buffer> {
  const start = Math.max(0, length - TAIL_BYTES);
  const tail = Buffer.alloc(length - start);
  let read = 0;
  while (read < tail.length) {
    const { bytesRead } = await file.read(tail, read, tail.length - read, start + read);
    if (bytesRead === 0) break;
    read += bytesRead;
  }
  return tail.subarray(0, read);
}

function hashOf(tail: Buffer): string {
  return createHash('sha256').update(tail).digest('hex').slice(0, 32);
}

function isMark(mark: unknown): mark is AlertLogMark {
  if (typeof mark !== 'object' || mark === null) return false;
  const { length, tailHash } = mark as Partial<AlertLogMark>;
  return Number.isSafeInteger(length) && length! >= 0 && typeof tailHash === 'string';
}

function unwritable(path: string, cause: unknown): SinkError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new SinkError('alert-log-unwritable', `The alert log ${path} cannot be written: ${reason}`, {
    hint: 'Name a file in a folder that this user may write with --alerts, and see that the disk has room.',
    cause,
  });
}
