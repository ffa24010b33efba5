import { constants } from 'node:fs';
import { readdir, rm, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { SinkError, WindhoverError } from '../errors/windhover-error.ts';
import { openPrivateFile } from '../files/private-file.ts';
import { RocksStateStore } from '../store/rocks-state-store.ts';
import { isLogPlace, type LogPlace } from './alert-log-mark.ts';

/** One length for every record, so that a new one is one write over the old one. */
const RECORD_BYTES = 256;

/** A time in which one state folder alone wrote the log: what lies behind its beginning is that writer's. */
export interface Stint {
  readonly writer: string;
  /** Counts those of one writer. */
  readonly number: number;
  readonly begin: LogPlace;
}

/**
 * Who may write an alert log, and who did last: a folder beside it, `alerts.ndjson.lock`.
 *
 * The lock is that of RocksDB, as for a state folder: Node has none, and this one is the system's, so that it goes with
 * the process, however that ends, and holds between containers, too. The stint is on the disk before its first line is
 * written.
 */
export class AlertLogClaim {
  readonly #lock: RocksStateStore;
  readonly #record: FileHandle;
  #stint: Stint | undefined;

  private constructor(lock: RocksStateStore, record: FileHandle, stint: Stint | undefined) {
    this.#lock = lock;
    this.#record = record;
    this.#stint = stint;
  }

  /** @throws SinkError `alert-log-locked`; else what the system says */
  static async open(log: string): Promise<AlertLogClaim> {
    const folder = `${log}.lock`;
    const lock = await RocksStateStore.open(folder).catch((cause: unknown) => {
      if (!(cause instanceof WindhoverError)) throw cause;
      if (cause.code === 'state-locked') throw lockedError(log, cause);
      throw new Error(`there can be no lock beside it. ${cause.message}`, { cause });
    });
    try {
      // RocksDB leaves one with each start.
      for (const name of await readdir(folder)) if (name.startsWith('LOG.old.')) await rm(join(folder, name));
      const record = await openPrivateFile(join(folder, 'stint.json'), constants.O_RDWR);
      return new AlertLogClaim(lock, record, parseStint(await record.readFile('utf8')));
    } catch (error) {
      await lock.close();
      throw error;
    }
  }

  /** The last one; undefined where nothing tells of any. */
  get stint(): Stint | undefined {
    return this.#stint;
  }

  async begin(stint: Stint): Promise<void> {
    await this.#record.write(Buffer.from(`${JSON.stringify(stint).padEnd(RECORD_BYTES - 1)}\n`), 0, RECORD_BYTES, 0);
    await this.#record.datasync();
    this.#stint = stint;
  }

  async close(): Promise<void> {
    await this.#record.close();
    await this.#lock.close();
  }
}

function parseStint(text: string): Stint | undefined {
  try {
    const { writer, number, begin } = JSON.parse(text) as Partial<Stint>;
    if (typeof writer !== 'string' || !Number.isSafeInteger(number) || !isLogPlace(begin)) return undefined;
    return { writer, number: number!, begin };
  } catch {
    return undefined;
  }
}

function lockedError(log: string, cause: unknown): SinkError {
  return new SinkError('alert-log-locked', `The alert log ${log} is in use by another run.`, {
    hint: 'End the other run, or give this one a log of its own with --alerts.',
    retriable: true,
    cause,
  });
}
