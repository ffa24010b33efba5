import { constants } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { SinkError } from '../errors/windhover-error.ts';
import type { RefusedAlert } from './alert-sink.ts';
import { openPrivateFile } from '../files/private-file.ts';

const MAX_BYTES = 64 * 1024 * 1024;

/**
 * Alerts that a sink refuses for good, a line of JSON each: when, which sink, why, and the alert. Readable by its owner
 * only, made with the first one. It does not grow beyond 64 MiB: whoever sees it that full has another problem.
 */
export class RejectedAlertsFile {
  readonly path: string;
  readonly #now: () => number;

  /** `now`: wall clock, ms since 1970. */
  constructor(path: string, now: () => number) {
    this.path = path;
    this.#now = now;
  }

  /** Answers how many there was no room for. @throws SinkError `alerts-rejected-unwritable` */
  async add(sink: string, refused: readonly RefusedAlert[]): Promise<number> {
    const time = new Date(this.#now()).toISOString();
    try {
      const file = await openPrivateFile(this.path, constants.O_WRONLY | constants.O_APPEND);
      try {
        const before = (await file.stat()).size;
        let size = before;
        let text = '';
        let lost = 0;
        for (const { alert, reason } of refused) {
          const line = `${JSON.stringify({ time, sink, reason, alert })}\n`;
          size += Buffer.byteLength(line);
          if (size > MAX_BYTES) lost++;
          else text += line;
        }
        // Half of it would be broken lines, once more with each try.
        if (text !== '') await file.appendFile(text).catch((cause: unknown) => cutTo(file, before, cause));
        return lost;
      } finally {
        await file.close();
      }
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new SinkError('alerts-rejected-unwritable', `Rejected alerts cannot be written to ${this.path}: ${why}`, {
        hint: 'See that the folder may be written and the disk has room. Until then the alerts wait.',
        retriable: true,
        cause,
      });
    }
  }
}

async function cutTo(file: FileHandle, size: number, cause: unknown): Promise<never> {
  await file.truncate(size).catch(() => undefined);
  throw cause;
}
