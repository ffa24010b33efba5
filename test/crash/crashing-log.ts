import { statSync, truncateSync } from 'node:fs';
import type { SessionOptions } from '../../src/cli/run/session-options.ts';
import { AlertLog } from '../../src/sinks/alert-log.ts';
import type { DoomedProcess } from './doomed-process.ts';
import { failNextWrite, syncedBytes, watchFiles } from './watched-files.ts';

/** The alert log of one life of a process. */
export class CrashingLog {
  readonly #log: AlertLog;
  readonly #path: string;
  readonly #process: DoomedProcess;

  private constructor(log: AlertLog, path: string, process: DoomedProcess) {
    this.#log = log;
    this.#path = path;
    this.#process = process;
  }

  /** `warned`: told of a log that is not what the state remembers. */
  static async open(path: string, process: DoomedProcess, warned: (message: string) => void): Promise<CrashingLog> {
    const log = await AlertLog.open(path, { warn: warned });
    await watchFiles(path);
    return new CrashingLog(log, path, process);
  }

  get sink(): SessionOptions['sink'] {
    return {
      mark: () => this.#log.mark(),
      rewind: async (mark) => {
        this.#process.pass('log rewind: before');
        await this.#log.rewind(mark);
        this.#process.pass('log rewind: after');
      },
      write: async (alerts) => {
        if (alerts.length === 0) return;
        this.#process.pass('log: before');
        if (this.#process.strikes('log: half')) {
          const { size } = statSync(this.#path);
          await this.#log.write(alerts);
          truncateSync(this.#path, (size + statSync(this.#path).size) >> 1);
          this.#process.die();
        }
        if (this.#process.strikes('log: half failed')) failNextWrite(this.#path);
        await this.#log.write(alerts);
        if (this.#process.strikes('log: lost')) {
          truncateSync(this.#path, syncedBytes(statSync(this.#path)));
          this.#process.die();
        }
        this.#process.pass('log: after');
      },
    };
  }

  close(): Promise<void> {
    return this.#log.close();
  }
}
