import { constants } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { SinkError } from '../errors/windhover-error.ts';
import type { Reject } from '../telemetry/record-batch.ts';
import { openPrivateFile } from '../files/private-file.ts';

const MAX_BYTES = 16 * 1024 * 1024;
const MAX_PER_REASON = 1000;

/**
 * A sample of what could not be decoded, a line of JSON each: where it lies, why, and its first bytes. Bounded in size,
 * with what earlier runs left there, and per reason, so that a broken source does not fill the disk.
 *
 * A sample is not worth a run: where it cannot be written, that is told once, and later ones are tried again.
 */
export class DeadLetterFile {
  readonly #path: string;
  readonly #file: FileHandle;
  readonly #failed: (error: SinkError) => void;
  readonly #perReason = new Map<string, number>();
  #bytes: number;
  #writing: Promise<void> = Promise.resolve();
  #isTold = false;

  private constructor(path: string, file: FileHandle, bytes: number, failed: (error: SinkError) => void) {
    this.#path = path;
    this.#file = file;
    this.#bytes = bytes;
    this.#failed = failed;
  }

  /** `failed`: told of the first sample that cannot be written. @throws SinkError `dead-letter-unwritable` */
  static async open(path: string, failed: (error: SinkError) => void = () => {}): Promise<DeadLetterFile> {
    try {
      const file = await openPrivateFile(path, constants.O_WRONLY | constants.O_APPEND);
      return new DeadLetterFile(path, file, (await file.stat()).size, failed);
    } catch (cause) {
      throw unwritable(path, 'Name a file in a folder that you may write to.', cause);
    }
  }

  add(source: string, rejects: readonly Reject[]): void {
    let text = '';
    for (const { place, offset, length, reason, sample } of rejects) {
      const count = this.#perReason.get(reason) ?? 0;
      if (count >= MAX_PER_REASON) continue;
      const line = `${JSON.stringify({ source, place, offset, length, reason, sample: Buffer.from(sample).toString('base64') })}\n`;
      const bytes = Buffer.byteLength(line);
      if (this.#bytes + bytes > MAX_BYTES) continue;
      this.#perReason.set(reason, count + 1);
      this.#bytes += bytes;
      text += line;
    }
    if (text !== '') this.#writing = this.#writing.then(() => this.#write(text));
  }

  async close(): Promise<void> {
    await this.#writing;
    await this.#file.close();
  }

  async #write(text: string): Promise<void> {
    let before: number | undefined;
    try {
      before = (await this.#file.stat()).size;
      await this.#file.appendFile(text);
    } catch (cause) {
      this.#bytes -= Buffer.byteLength(text);
      // Best effort: no half of a line before the next one.
      if (before !== undefined) await this.#file.truncate(before).catch(() => undefined);
      if (this.#isTold) return;
      this.#isTold = true;
      const hint = 'See that the disk has room. The run goes on and counts what cannot be decoded.';
      this.#failed(unwritable(this.#path, hint, cause));
    }
  }
}

function unwritable(path: string, hint: string, cause: unknown): SinkError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new SinkError('dead-letter-unwritable', `The dead-letter file ${path} cannot be written: ${reason}`, {
    hint,
    cause,
  });
}
