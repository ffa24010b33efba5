import { appendFileSync, statSync, truncateSync } from 'node:fs';
import { SinkError } from '../../src/errors/windhover-error.ts';
import type { AlertDocument } from '../../src/hunts/alerts/alert-document.ts';
import type { SessionOptions } from '../../src/cli/run/session-options.ts';
import { AlertLog } from '../../src/sinks/alert-log.ts';
import type { DoomedProcess } from './doomed-process.ts';

/** How much of the log outlives a power cut, bytes; it outlives processes. */
export interface KeptLog {
  bytes: number;
}

/** The alert log of one life of a process. */
export class CrashingLog {
  readonly #log: AlertLog;
  readonly #path: string;
  readonly #process: DoomedProcess;
  readonly #kept: KeptLog;

  private constructor(log: AlertLog, path: string, process: DoomedProcess, kept: KeptLog) {
    this.#log = log;
    this.#path = path;
    this.#process = process;
    this.#kept = kept;
  }

  /** `warned`: told of a log that is not what the state remembers. */
  static async open(
    path: string,
    process: DoomedProcess,
    kept: KeptLog,
    warned: (message: string) => void,
  ): Promise<CrashingLog> {
    return new CrashingLog(await AlertLog.open(path, { warn: warned }), path, process, kept);
  }

  get sink(): SessionOptions['sink'] {
    return {
      mark: async () => {
        const mark = await this.#log.mark();
        this.#kept.bytes = mark.length;
        return mark;
      },
      rewind: async (mark) => {
        this.#process.pass('log rewind: before');
        await this.#log.rewind(mark);
        this.#process.pass('log rewind: after');
      },
      write: async (alerts) => {
        if (alerts.length === 0) return;
        this.#process.pass('log: before');
        if (this.#process.strikes('log: half')) {
          this.#writeHalf(alerts);
          this.#process.die();
        }
        if (this.#process.strikes('log: half failed')) {
          this.#writeHalf(alerts);
          throw new SinkError('alert-log-unwritable', 'no space left on device', { hint: 'Make room.' });
        }
        await this.#log.write(alerts);
        if (this.#process.strikes('log: lost')) {
          truncateSync(this.#path, Math.min(this.#kept.bytes, statSync(this.#path).size));
          this.#process.die();
        }
        this.#process.pass('log: after');
      },
    };
  }

  close(): Promise<void> {
    return this.#log.close();
  }

  /** Whole lines, and a part of one, as a disk that fills up may keep them. */
  #writeHalf(alerts: readonly AlertDocument[]): void {
    const text = alerts.map((alert) => `${JSON.stringify(alert)}\n`).join('');
    appendFileSync(this.#path, text.slice(0, text.length >> 1));
  }
}
