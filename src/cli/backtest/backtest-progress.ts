import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { durationText } from '../../catalogue/duration-text.ts';
import { sourcePlaces } from '../../sources/source-places.ts';
import { parseSourceUri } from '../../sources/source-uri.ts';
import type { SessionHunt } from '../run/session-options.ts';
import { write, type TerminalIo } from '../terminal-io.ts';

/** Wall time between two looks of the bar, and before the first, ms. */
const SHOW_MS = 200;
const BAR_CELLS = 20;

/** How far a backtest has come: a bar with rate and remaining time, by bytes read; nothing where stderr is no terminal. */
export class BacktestProgress {
  readonly #io: TerminalIo;
  readonly #started: number;
  readonly #totalBytes: number | undefined;
  #bytes = 0;
  #shownAt: number;
  #visible = false;

  /** `totalBytes`: of all that is to be read; undefined where nobody knows. */
  constructor(io: TerminalIo, totalBytes: number | undefined) {
    this.#io = io;
    this.#started = io.now();
    this.#shownAt = this.#started;
    this.#totalBytes = totalBytes;
  }

  read(bytes: number): void {
    this.#bytes += bytes;
  }

  show(records: number): void {
    if (this.#io.stderr.isTTY !== true) return;
    const now = this.#io.now();
    if (now - this.#shownAt < SHOW_MS) return;
    this.#shownAt = now;
    this.#visible = true;
    void write(
      this.#io.stderr,
      `\r\u001b[K${progressText(records, this.#bytes, this.#totalBytes, now - this.#started)}`,
    );
  }

  clear(): void {
    if (!this.#visible) return;
    this.#visible = false;
    void write(this.#io.stderr, '\r\u001b[K');
  }
}

/** The line of a bar: `██████░░░░ 31 %  12,000 records/s  about 20 s left`. */
export function progressText(
  records: number,
  bytes: number,
  totalBytes: number | undefined,
  elapsedMs: number,
): string {
  const rate = `${records} records, ${Math.round((records * 1000) / Math.max(1, elapsedMs))}/s`;
  if (totalBytes === undefined || totalBytes === 0) return rate;
  // Beginnings are read twice: the last percent is for the end.
  const share = Math.min(0.99, bytes / totalBytes);
  const full = Math.floor(share * BAR_CELLS);
  const bar = '█'.repeat(full) + '░'.repeat(BAR_CELLS - full);
  const left = share < 0.01 ? '' : `, about ${durationText((elapsedMs / share) * (1 - share))} left`;
  return `${bar} ${Math.floor(share * 100)} %  ${rate}${left}`;
}

/** Bytes of all files that the hunts read, as they lie there: once per set of sources. Undefined where some source is no file. */
export async function bytesToRead(hunts: readonly SessionHunt[], cwd: string): Promise<number | undefined> {
  const sets = new Map(
    hunts.map(({ sources }) => {
      const byId = new Map([...sources.values()].map((source) => [source.id, source.uri]));
      return [[...byId.keys()].sort().join('\n'), [...byId.values()]] as const;
    }),
  );
  let total = 0;
  for (const uri of [...sets.values()].flat()) {
    const parsed = parseSourceUri(uri);
    if (parsed.kind !== 'file') return undefined;
    // What cannot be read is told when it is read.
    const places = await sourcePlaces(parsed.path, cwd).catch(() => []);
    for (const place of places) {
      total += await stat(resolve(cwd, place)).then(
        ({ size }) => size,
        () => 0,
      );
    }
  }
  return total;
}
