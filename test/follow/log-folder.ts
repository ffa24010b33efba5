import {
  appendFileSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
} from 'node:fs';
import { utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

const FIRST = Date.UTC(2026, 0, 1);

/** A folder with logs as programs and logrotate treat them. Every line is a record with a time of its own. */
export class LogFolder {
  readonly path: string;
  /** Numbers of the lines written whole so far. */
  readonly written: number[] = [];
  /** By file: the rest of a line of which half has been written. */
  readonly #halves = new Map<string, { readonly rest: string; readonly number: number }>();
  #next: number;
  #time = FIRST / 1000;

  /** `first`: number of the first line. */
  constructor(path: string, first = 0) {
    this.path = path;
    this.#next = first;
    mkdirSync(path, { recursive: true });
  }

  /** The number of the line that is a record of this time. */
  static numberOf(ms: number): number {
    return (ms - FIRST) / 1000;
  }

  has(name: string): boolean {
    return existsSync(join(this.path, name));
  }

  hasHalf(name: string): boolean {
    return this.#halves.has(name);
  }

  get hasHalves(): boolean {
    return this.#halves.size > 0;
  }

  append(name: string, lines: number): void {
    let text = '';
    const half = this.#halves.get(name);
    if (half !== undefined) {
      text += half.rest;
      this.written.push(half.number);
      this.#halves.delete(name);
    }
    for (let i = 0; i < lines; i++) {
      text += `${lineOf(this.#next)}\n`;
      this.written.push(this.#next++);
    }
    appendFileSync(join(this.path, name), text);
    this.#touch(name);
  }

  appendHalf(name: string): void {
    if (this.#halves.has(name)) return;
    const line = `${lineOf(this.#next)}\n`;
    const cut = 1 + ((this.#next * 7) % (line.length - 1));
    this.#halves.set(name, { rest: line.slice(cut), number: this.#next++ });
    appendFileSync(join(this.path, name), line.slice(0, cut));
    this.#touch(name);
  }

  rename(from: string, to: string): void {
    renameSync(join(this.path, from), join(this.path, to));
    const half = this.#halves.get(from);
    this.#halves.delete(from);
    this.#halves.delete(to);
    if (half !== undefined) this.#halves.set(to, half);
  }

  copyTruncate(name: string, copy: string): void {
    copyFileSync(join(this.path, name), join(this.path, copy));
    this.#touch(copy);
    truncateSync(join(this.path, name), 0);
    this.#touch(name);
  }

  compress(name: string): void {
    const path = join(this.path, name);
    writeFileSync(`${path}.gz`, gzipSync(readFileSync(path)));
    utimesSync(`${path}.gz`, this.#time, this.#time);
    rmSync(path);
  }

  remove(name: string): void {
    rmSync(join(this.path, name));
    this.#halves.delete(name);
  }

  /** Makes room: `NAME.1` becomes `NAME.2`, and so on. */
  shift(name: string): void {
    for (let i = 9; i >= 1; i--) {
      for (const end of ['', '.gz']) {
        if (this.has(`${name}.${i}${end}`)) this.rename(`${name}.${i}${end}`, `${name}.${i + 1}${end}`);
      }
    }
  }

  #touch(name: string): void {
    this.#time++;
    utimesSync(join(this.path, name), this.#time, this.#time);
  }
}

function lineOf(number: number): string {
  return JSON.stringify({
    '@timestamp': new Date(FIRST + number * 1000).toISOString(),
    event: { sf_type: 'PE', action: 'process-start' },
    host: { id: 'h' },
    process: { pid: number, name: `p${number}`, executable: '/bin/p', thread: { id: 1 } },
  });
}
