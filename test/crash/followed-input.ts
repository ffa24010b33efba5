import { appendFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ResolvedSource } from '../../src/cli/sources/source-resolver.ts';
import type { PlacePosition } from '../../src/hunts/input/source-reader.ts';
import type { RecordBatch } from '../../src/telemetry/record-batch.ts';
import type { CrashInput } from './crash-input.ts';
import type { DoomedProcess } from './doomed-process.ts';
import { LiveInput } from './live-input.ts';
import { lastLine, START, telemetryLines } from './telemetry.ts';

const PARTS = 8;
/** What is rotated before anything is known of the file is history, and not read. */
const ROTATED_BEFORE: ReadonlySet<number> = new Set([2, 5]);

/**
 * A log that a program writes while it is followed: the next part comes when the last one was read, or when the process has
 * died over it; in two pieces, the cut in the middle of a line; now and then the file is rotated.
 */
export class FollowedInput extends LiveInput {
  readonly #path: string;
  readonly #parts: readonly (readonly string[])[];
  /** Records that are in the log, or will be with the rest of a part. */
  #written = 0;
  #part = 0;
  /** The rest of a part of which half is written. */
  #rest: string | undefined;
  #read = 0;
  #known = 0;
  readonly #last: string;

  constructor(folder: string, records: number, seed: number) {
    super();
    this.#path = join(folder, 'app.log');
    writeFileSync(this.#path, '');
    const lines = telemetryLines(records, seed);
    this.#last = lastLine(START + records * 1000 + 120_000);
    const size = Math.ceil(lines.length / PARTS);
    this.#parts = Array.from({ length: PARTS }, (_, i) => lines.slice(i * size, (i + 1) * size));
  }

  source(): ResolvedSource {
    return { id: this.#path, uri: this.#path };
  }

  override session(process: DoomedProcess, known: readonly PlacePosition[]): ReturnType<CrashInput['session']> {
    this.#known = known.length;
    this.#read = known.reduce((sum, { position }) => sum + position.records, 0);
    return { ...super.session(process, known), follow: true };
  }

  taken(_source: string, batch: RecordBatch): void {
    this.#read += batch.size;
  }

  protected isRead(): boolean {
    // Half a part is not waited for.
    return this.#rest !== undefined || this.#read >= this.#written;
  }

  protected hasMore(): boolean {
    return this.#rest !== undefined || this.#part < PARTS;
  }

  protected writeMore(): void {
    if (this.#rest !== undefined) {
      appendFileSync(this.#path, this.#rest);
      this.#rest = undefined;
      return;
    }
    if (ROTATED_BEFORE.has(this.#part)) {
      if (!this.#isKnown()) return;
      renameSync(this.#path, `${this.#path}.${this.#part}`);
      writeFileSync(this.#path, '');
    }
    const lines = this.#parts[this.#part++] as readonly string[];
    const text = lines.map((line) => `${line}\n`).join('');
    const cut = (text.length >> 1) + 3;
    appendFileSync(this.#path, text.slice(0, cut));
    this.#rest = text.slice(cut);
    this.#written += lines.filter((line) => line.endsWith('}')).length;
  }

  protected writeLast(): void {
    appendFileSync(this.#path, `${this.#last}\n`);
    this.#written++;
  }

  /** Whether the file is in the state: what becomes of its name does not matter any more. */
  #isKnown(): boolean {
    return this.#known > 0 || (this.process.passed.get('ingest: committed') ?? 0) > 0;
  }
}
