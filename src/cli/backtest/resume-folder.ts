import { createReadStream } from 'node:fs';
import { readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { SinkError, StateError, UsageError } from '../../errors/windhover-error.ts';
import type { AlertDocument } from '../../hunts/alerts/alert-document.ts';
import { AlertLog } from '../../sinks/alert-log.ts';
import { PRIVATE_FILE_MODE } from '../../files/private-file.ts';
import { parseAlert } from '../../sinks/read-alert-log.ts';
import { makeStateFolder } from '../../store/make-state-folder.ts';
import { stateLocked } from '../../store/state-locked.ts';
import type { SessionOptions } from '../run/session-options.ts';
import { CALL_PARTS, type BacktestCall, type StoredBounds } from './backtest-call.ts';

const CALL_FILE = 'backtest.json';
const VERSION = 1;

interface StoredCall {
  readonly version: number;
  readonly call: BacktestCall;
  readonly bounds: StoredBounds;
}

/**
 * The folder of `--resume`: which backtest it belongs to, its state, and the alerts that it has come to, from which a later
 * call counts again.
 */
export class ResumeFolder {
  readonly path: string;
  /** Of the first call: those of this one may be durations before another now. */
  readonly bounds: StoredBounds;
  /** An earlier call had begun. */
  readonly goesOn: boolean;
  readonly #log: AlertLog;
  readonly #warnings: string[];

  private constructor(path: string, { bounds }: StoredCall, goesOn: boolean, log: AlertLog, warnings: string[]) {
    this.path = path;
    this.bounds = bounds;
    this.goesOn = goesOn;
    this.#log = log;
    this.#warnings = warnings;
  }

  /** Throws `UsageError` where the folder is that of another backtest, or of something else. */
  static async open(path: string, call: BacktestCall, bounds: StoredBounds): Promise<ResumeFolder> {
    await makeStateFolder(path);
    const known = await readCall(path);
    if (known === undefined) {
      if ((await readdir(path)).some((name) => !name.startsWith('.'))) throw other(path, 'holds something else');
      await writeCall(path, { version: VERSION, call, bounds });
    } else {
      const differs = (Object.keys(CALL_PARTS) as (keyof BacktestCall)[]).find(
        (part) => JSON.stringify(known.call[part]) !== JSON.stringify(call[part]),
      );
      if (differs !== undefined) throw other(path, `belongs to a backtest ${CALL_PARTS[differs]}`);
    }
    const warnings: string[] = [];
    const warn = (text: string): void => void warnings.push(text);
    const log = await AlertLog.open(join(path, 'alerts.ndjson'), { warn }).catch((cause: unknown) => {
      const isLocked = cause instanceof SinkError && cause.code === 'alert-log-locked';
      throw isLocked ? stateLocked(path, cause) : cause;
    });
    return new ResumeFolder(path, known ?? { version: VERSION, call, bounds }, known !== undefined, log, warnings);
  }

  /** Where the session puts its alerts. What was there by the last commit is taken again before anything is read. */
  sink(take: (alerts: readonly AlertDocument[]) => void): SessionOptions['sink'] {
    return {
      mark: () => this.#log.mark(),
      rewind: async (mark) => {
        await this.#log.rewind(mark);
        if (this.#warnings.length > 0) throw changed(this.path, this.#warnings[0] as string);
        const lines = createInterface({
          input: createReadStream(join(this.path, 'alerts.ndjson')),
          crlfDelay: Infinity,
        });
        for await (const line of lines) {
          const alert = parseAlert(line);
          if (alert === undefined) throw changed(this.path, 'a line of alerts.ndjson is no alert');
          take([alert]);
        }
      },
      write: async (alerts) => {
        await this.#log.write(alerts);
        take(alerts);
      },
    };
  }

  close(): Promise<void> {
    return this.#log.close();
  }
}

async function readCall(path: string): Promise<StoredCall | undefined> {
  let text: string;
  try {
    text = await readFile(join(path, CALL_FILE), 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw other(path, `cannot be read (${(cause as Error).message})`, cause);
  }
  try {
    const stored = JSON.parse(text) as StoredCall;
    if (stored.version === VERSION && typeof stored.call === 'object' && typeof stored.bounds === 'object')
      return stored;
  } catch {
    // Told below.
  }
  throw other(path, 'was written by another version, or is damaged');
}

/** At once: a call that is killed leaves all of it, or nothing. */
async function writeCall(path: string, stored: StoredCall): Promise<void> {
  const temporary = join(path, `.${CALL_FILE}`);
  await writeFile(temporary, `${JSON.stringify(stored)}\n`, { mode: PRIVATE_FILE_MODE });
  await rename(temporary, join(path, CALL_FILE));
}

function other(path: string, what: string, cause?: unknown): UsageError {
  const hint = 'Make the same call as before, or name another folder (or an empty one) to begin anew.';
  return new UsageError('resume-other', `The folder ${path} ${what}`, hint, cause);
}

function changed(path: string, what: string): StateError {
  return new StateError('resume-log', `The alerts of the backtest in ${path} were changed: ${what}`, {
    hint: 'Delete the folder and begin anew.',
  });
}
