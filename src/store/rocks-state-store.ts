import { access } from 'node:fs/promises';
import { constants } from 'node:fs';
import { join } from 'node:path';
import RocksDB from 'rocksdb-native';
import { StateError } from '../errors/windhover-error.ts';
import { compareBytes } from './compare-bytes.ts';
import { makeStateFolder } from './make-state-folder.ts';
import { closedError } from './memory-state-store.ts';
import { stateLocked } from './state-locked.ts';
import type { StateEntry, StateStore, StateWrite } from './state-store.ts';

/** Entries fetched per step of an iterator; with the binding's default of 8 the crossings dominate. */
const ITERATOR_CAPACITY = 512;

/**
 * What is written waits in memory until it fills a buffer, one more of which may be on its way to the disk: small ones keep
 * the process small, and a commit is a few hundred kilobytes.
 */
const MEMORY_OPTIONS = { writeBufferSize: 16 * 1024 * 1024, maxWriteBufferNumber: 2, maxBackgroundJobs: 2 };

/** What RocksDB holds in memory → its property. */
const MEMORY_PARTS = {
  block_cache: 'rocksdb.block-cache-usage',
  write_buffers: 'rocksdb.cur-size-all-mem-tables',
  table_readers: 'rocksdb.estimate-table-readers-mem',
} as const;

export type StateMemory = Readonly<Record<keyof typeof MEMORY_PARTS, number>>;

/**
 * A commit comes every second, and every one needs memory for its bytes: the same is taken again, unless a commit was
 * uncommonly large. Fresh memory each time leaves holes between what lives longer, and the process grows.
 */
const LEAST_SLAB_BYTES = 256 * 1024;
const MOST_SLAB_BYTES = 8 * 1024 * 1024;

/**
 * State in a folder, kept by RocksDB in one column family, so that one write batch commits everything together.
 * The write-ahead log is on: a crash of the process loses nothing, a power cut may lose the last writes.
 */
export class RocksStateStore implements StateStore {
  readonly #database: RocksDB;
  readonly #dir: string;
  readonly #iterators = new Set<{ destroy(): void }>();
  /** Memory for the bytes of a batch; none while a write uses it. */
  #slab: Uint8Array | undefined;
  #closing: Promise<void> | undefined;

  private constructor(database: RocksDB, dir: string) {
    this.#database = database;
    this.#dir = dir;
  }

  /**
   * Opens the state in `dir`; a missing folder is made, for its owner only.
   *
   * @throws StateError `state-locked`: another process (or this one) holds it; `state-not-a-folder`;
   *   `state-unwritable`: no right or no room; `state-unreadable`: RocksDB cannot make sense of what lies there.
   */
  static async open(dir: string): Promise<RocksStateStore> {
    await makeStateFolder(dir);
    const database = new RocksDB(dir, MEMORY_OPTIONS);
    try {
      await database.ready();
    } catch (error) {
      throw openingError(dir, error);
    }
    return new RocksStateStore(database, dir);
  }

  /**
   * Opens the state in `dir` to look at it, as it stands now; a run may hold it meanwhile. Nothing can be written.
   *
   * @throws StateError `state-missing`: there is none; `state-unreadable`
   */
  static async openToRead(dir: string): Promise<RocksStateStore> {
    await access(join(dir, 'CURRENT'), constants.R_OK).catch((cause: NodeJS.ErrnoException) => {
      if (cause.code === 'ENOENT' || cause.code === 'ENOTDIR') throw noState(dir, cause);
      throw openingError(dir, cause);
    });
    const database = new RocksDB(dir, { readOnly: true });
    try {
      await database.ready();
    } catch (error) {
      throw openingError(dir, error);
    }
    return new RocksStateStore(database, dir);
  }

  async get(key: Uint8Array): Promise<Uint8Array | null> {
    return (await this.getMany([key]))[0]!;
  }

  async getMany(keys: readonly Uint8Array[]): Promise<(Uint8Array | null)[]> {
    this.#assertOpen();
    if (keys.length === 0) return [];
    const batch = this.#database.read({ capacity: keys.length });
    try {
      const values = Promise.all(keys.map((key) => batch.get(key.slice())));
      const [read] = await Promise.all([values, batch.flush()]);
      return read.map((value) => (value === null ? null : plain(value)));
    } catch (error) {
      throw this.#accessError('state-unreadable', 'cannot be read', error);
    } finally {
      batch.destroy();
    }
  }

  async *range(from: Uint8Array, to: Uint8Array): AsyncGenerator<StateEntry> {
    this.#assertOpen();
    if (compareBytes(from, to) >= 0) return;
    const iterator = this.#database.iterator({ gte: from.slice(), lt: to.slice() }, { capacity: ITERATOR_CAPACITY });
    this.#iterators.add(iterator);
    try {
      for await (const { key, value } of iterator) {
        yield { key: plain(key), value: plain(value) };
        this.#assertOpen();
      }
    } catch (error) {
      if (this.#closing) throw closedError();
      throw this.#accessError('state-unreadable', 'cannot be read', error);
    } finally {
      this.#iterators.delete(iterator);
    }
  }

  async write(batch: readonly StateWrite[]): Promise<void> {
    this.#assertOpen();
    const writes = this.#database.write({ capacity: Math.max(1, batch.length) });
    const slab = this.#takeSlab(sizeOf(batch));
    try {
      const copy = copierTo(slab);
      for (const write of batch) {
        if (write.kind === 'put') writes.tryPut(copy(write.key), copy(write.value));
        else if (write.kind === 'delete') writes.tryDelete(copy(write.key));
        else if (compareBytes(write.from, write.to) < 0) writes.tryDeleteRange(copy(write.from), copy(write.to));
      }
      await writes.flush();
    } catch (error) {
      throw this.#accessError('state-unwritable', 'cannot be written', error);
    } finally {
      writes.destroy();
      if (slab.length <= MOST_SLAB_BYTES) this.#slab = slab;
    }
  }

  /** Bytes of memory outside of JavaScript; `undefined` once closed. */
  async memory(): Promise<StateMemory | undefined> {
    if (this.#closing) return undefined;
    const read = async (property: string): Promise<number> => Number((await this.#database.getProperty(property)) ?? 0);
    const [block_cache, write_buffers, table_readers] = await Promise.all([
      read(MEMORY_PARTS.block_cache),
      read(MEMORY_PARTS.write_buffers),
      read(MEMORY_PARTS.table_readers),
    ]);
    return { block_cache, write_buffers, table_readers };
  }

  #takeSlab(size: number): Uint8Array {
    const spare = this.#slab;
    this.#slab = undefined;
    if (spare !== undefined && spare.length >= size) return spare;
    return new Uint8Array(Math.max(LEAST_SLAB_BYTES, size));
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    for (const iterator of this.#iterators) iterator.destroy();
    await this.#database.close();
  }

  #assertOpen(): void {
    if (this.#closing) throw closedError();
  }

  #accessError(code: string, what: string, cause: unknown): StateError {
    return new StateError(code, `The state in ${this.#dir} ${what}: ${reasonOf(cause)}`, {
      hint: isDamaged(reasonOf(cause))
        ? DAMAGED
        : 'See whether the disk is full or failing; what was committed before is kept, so the run can be started again.',
      cause,
    });
  }
}

/** What lies on the disk is not what was written: it stays so, however often the run is started. */
function isDamaged(reason: string): boolean {
  return /corruption|checksum/i.test(reason);
}

const DAMAGED =
  'A file of the state is damaged and stays so. Move the state folder away and run again: the sources are read anew, and alerts that stand are told again. Its alerts.ndjson is still the log of those told before.';

function noState(dir: string, cause: unknown): StateError {
  return new StateError('state-missing', `${dir} holds no state`, {
    hint: 'Name a state folder with --state.',
    exitCode: 2,
    cause,
  });
}

function openingError(dir: string, cause: unknown): StateError {
  const reason = reasonOf(cause);
  if (/\block\b/i.test(reason)) return stateLocked(dir, cause);
  const code = /permission denied|read-only|no space|quota|too large/i.test(reason)
    ? 'state-unwritable'
    : 'state-unreadable';
  return new StateError(code, `The state in ${dir} cannot be opened: ${reason}`, {
    hint: isDamaged(reason)
      ? DAMAGED
      : 'See that the folder is a state folder of Windhover and the disk has room, or name a new folder with --state.',
    cause,
  });
}

/** The binding wraps what RocksDB says in one or two errors of its own. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.cause !== undefined) return reasonOf(error.cause);
  return error.message;
}

function sizeOf(batch: readonly StateWrite[]): number {
  let size = 0;
  for (const write of batch) {
    if (write.kind === 'put') size += write.key.length + write.value.length;
    else size += write.kind === 'delete' ? write.key.length : write.from.length + write.to.length;
  }
  return size;
}

/** One piece of memory for all bytes of a batch: the binding reads them later and on another thread. */
function copierTo(slab: Uint8Array): (bytes: Uint8Array) => Uint8Array {
  let offset = 0;
  return (bytes) => {
    slab.set(bytes, offset);
    offset += bytes.length;
    return slab.subarray(offset - bytes.length, offset);
  };
}

/** The bytes as a plain array, whatever class the binding hands out. */
function plain(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
