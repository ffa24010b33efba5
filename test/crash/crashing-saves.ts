import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SaveOptions, SaveSink } from '../../src/hunts/run/hunt-saves.ts';
import { LOCAL_DISK, type TableDisk } from '../../src/tables/table-disk.ts';
import { writeTable } from '../../src/tables/write-table.ts';
import { writeTableFile } from '../../src/tables/write-table-file.ts';
import type { DoomedProcess } from './doomed-process.ts';

/** Wall time between two writings of a file, ms. */
const EVERY_MS = 100;

/** What SAVE has put into the files of a folder; it outlives processes, as they do. */
export class SavedFiles {
  readonly #folder: string;
  /** By path: what was written whole, and what was being written when a process died. */
  readonly #known = new Map<string, { whole: string | undefined; begun: string | undefined }>();
  /** Files that are neither what they were nor what they were to be. */
  readonly mistakes: string[] = [];

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** What one life of a process writes through. */
  options(process: DoomedProcess): SaveOptions {
    const disk = crashingDisk(process);
    return { sink: { write: (...args) => this.#write(process, disk, ...args) }, everyMs: EVERY_MS, failed: () => {} };
  }

  /** A process is gone: each file is what it was, or what was to take its place. */
  check(): void {
    for (const [path, { whole, begun }] of this.#known) {
      const text = this.#read(path);
      if (text !== whole && text !== begun) this.mistakes.push(`${path} is neither the old nor the new one: ${text}`);
      this.#known.set(path, { whole: text, begun: undefined });
    }
  }

  /** Files of SAVE as they are, by path. */
  contents(): Readonly<Record<string, string | undefined>> {
    return Object.fromEntries([...this.#known.keys()].sort().map((path) => [path, this.#read(path)]));
  }

  /** Files that dead processes left behind. */
  get left(): number {
    return readdirSync(this.#folder).filter((name) => name.endsWith('.saving')).length;
  }

  async #write(
    process: DoomedProcess,
    disk: TableDisk,
    ...[path, table]: Parameters<SaveSink['write']>
  ): Promise<void> {
    process.check();
    if (process.hasUncommitted) this.mistakes.push(`${path} was written before the commit`);
    const text = [...writeTable(table, 'csv')].join('');
    const { whole } = this.#known.get(path) ?? { whole: undefined };
    this.#known.set(path, { whole, begun: text });
    await writeTableFile(path, table, { cwd: this.#folder, env: {} }, disk);
    this.#known.set(path, { whole: text, begun: undefined });
  }

  #read(path: string): string | undefined {
    const file = join(this.#folder, path);
    return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
  }
}

function crashingDisk(process: DoomedProcess): TableDisk {
  return {
    open: async (path, mode) => {
      process.pass('save: before');
      if (process.strikes('save: failed')) throw fullDisk();
      const file = await LOCAL_DISK.open(path, mode);
      return {
        appendFile: async (data) => {
          const half = data.slice(0, data.length >> 1);
          if (process.strikes('save: half')) {
            await file.appendFile(half);
            process.die();
          }
          if (process.strikes('save: half failed')) {
            await file.appendFile(half);
            throw fullDisk();
          }
          await file.appendFile(data);
        },
        chmod: (to) => file.chmod(to),
        // Power cuts are not tried here, and a real one takes its time.
        sync: async () => process.check(),
        // The system takes back what a dead process held.
        close: () => file.close(),
      };
    },
    rename: async (from, to) => {
      process.pass('save: written');
      await LOCAL_DISK.rename(from, to);
      process.pass('save: after');
    },
    unlink: async (path) => {
      process.check();
      await LOCAL_DISK.unlink(path);
    },
  };
}

function fullDisk(): Error {
  return Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
}
