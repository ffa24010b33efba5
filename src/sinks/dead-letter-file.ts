import { constants } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { SinkError } from '../errors/windhover-error.ts';
import type { Reject } from '../telemetry/record-batch.ts';
import { openPrivateFile } from '../files/private-file.ts';

const MAX_BYTES = 16 * 1024 * 1024;
const MAX_PER_REASON = 1000;

/**
 * A sample of what could not be decoded, a line of JSON each: where it lies, why, and its first bytes. Bounded in size
 * and per reason, so that a broken source does not fill the disk.
 */
export class DeadLetterFile {
  readonly #file: FileHandle;
  readonly #perReason = new Map<string, number>();
  #bytes = 0;
  #writing: Promise<void> = Promise.resolve();

  private constructor(file: FileHandle) {
    this.#file = file;
  }

  static async open(path: string): Promise<DeadLetterFile> {
    try {
      return new DeadLetterFile(await openPrivateFile(path, constants.O_WRONLY | constants.O_APPEND));
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new SinkError('dead-letter-unwritable', `The dead-letter file ${path} cannot be written: ${reason}`, {
        hint: 'Name a file in a folder that you may write to.',
        cause,
      });
    }
  }

  add(source: string, rejects: readonly Reject[]): void {
    let text = '';
    for (const { place, offset, length, reason, sample } of rejects) {
      const count = this.#perReason.get(reason) ?? 0;
      if (count >= MAX_PER_REASON || this.#bytes > MAX_BYTES) continue;
      this.#perReason.set(reason, count + 1);
      const line = `${JSON.stringify({ source, place, offset, length, reason, sample: Buffer.from(sample).toString('base64') })}\n`;
      this.#bytes += line.length;
      text += line;
    }
    if (text !== '') this.#writing = this.#writing.then(() => this.#file.appendFile(text));
  }

  async close(): Promise<void> {
    await this.#writing;
    await this.#file.close();
  }
}
