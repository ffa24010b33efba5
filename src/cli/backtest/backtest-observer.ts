import type { BacktestHoles } from '../../backtest/backtest-report.ts';
import { WindhoverError } from '../../errors/windhover-error.ts';
import type { RunObserver } from '../../hunts/run/run-observer.ts';
import type { Diagnostic } from '../../language/diagnostic.ts';
import { escapeTerminal } from '../../sinks/terminal/escape-terminal.ts';
import type { RecordBatch } from '../../telemetry/record-batch.ts';
import type { BacktestProgress } from './backtest-progress.ts';
import type { NoteBook } from './note-book.ts';
import { ToldPlaces } from '../sources/told-places.ts';
import { NOWHERE } from '../nowhere.ts';
import { write, type TerminalIo } from '../terminal-io.ts';

/** Hosts whose names are kept. */
const MOST_HOSTS = 100_000;

/** Looks at a backtest while it goes on: hosts, holes, failures; and moves the bar. */
export class BacktestObserver {
  readonly places = new ToldPlaces();
  readonly #io: TerminalIo;
  readonly #progress: BacktestProgress;
  readonly #notes: NoteBook | undefined;
  readonly #outside = { fromMs: Infinity, toMs: -Infinity };
  readonly #hosts = new Set<string>();
  readonly #refused = new Map<string, { records: number; neededMs: number }>();
  readonly #failures = new Map<string, Diagnostic>();

  /** What the session tells, as an object of its own: sessions copy it. */
  readonly observer: RunObserver = {
    place: (source, { place, format }) => {
      if (!this.places.add(source, place, format)) return;
      this.#progress.clear();
      void write(this.#io.stderr, `${escapeTerminal(place)}: ${format}\n`);
    },
    notice: (source, { place, code, message }) => {
      if (code === 'source-no-telemetry' && !this.places.add(source, place, 'no telemetry')) return;
      this.#progress.clear();
      void write(this.#io.stderr, `${escapeTerminal(place)}: ${escapeTerminal(message)}\n`);
    },
    rejects: () => {
      // They are counted; samples are for `run --dead-letter`.
    },
    snapshot: () => {
      // None are asked for.
    },
    batch: (_source, batch, outside) => {
      this.#seeHosts(batch, outside);
      if (outside !== undefined) this.#seeOutside(batch, outside);
    },
    refused: (host, behindMs) => this.#refuse(host, behindMs),
    huntFailed: (hunt, error) => this.#fail(hunt, error),
    progress: ({ records }) => this.#progress.show(records),
  };

  /** `notes`: what is seen is noted there, and was, where the backtest goes on. */
  constructor(io: TerminalIo, progress: BacktestProgress, notes?: NoteBook) {
    this.#io = io;
    this.#progress = progress;
    this.#notes = notes;
    notes?.own('host', (name) => this.#hosts.add(name));
    notes?.own('refused', (host, value) => {
      const [records, neededMs] = value as [number, number];
      this.#refused.set(host, { records, neededMs });
    });
  }

  /** How many hosts the records of the run speak of. */
  get hosts(): number {
    return this.#hosts.size;
  }

  get refusedByHost(): BacktestHoles['refusedByHost'] {
    return [...this.#refused]
      .map(([host, { records, neededMs }]) => ({ host, records, neededMs }))
      .sort((a, b) => b.records - a.records || (a.host < b.host ? -1 : 1));
  }

  failuresOf(hunt: string): readonly Diagnostic[] {
    const failure = this.#failures.get(hunt);
    return failure === undefined ? [] : [failure];
  }

  /** From when to when the records reach that lie outside the bounds, ms; undefined where none was seen. */
  get outside(): { readonly fromMs: number; readonly toMs: number } | undefined {
    return this.#outside.fromMs === Infinity ? undefined : { ...this.#outside };
  }

  #seeOutside({ size, firstMs, lastMs }: RecordBatch, outside: Uint8Array): void {
    const seen = this.#outside;
    for (let row = 0; row < size; row++) {
      if (outside[row] !== 1) continue;
      seen.fromMs = Math.min(seen.fromMs, firstMs[row] as number);
      seen.toMs = Math.max(seen.toMs, lastMs[row] as number);
    }
  }

  #seeHosts({ size, host, hosts }: RecordBatch, outside?: Uint8Array): void {
    let last = -1;
    for (let row = 0; row < size; row++) {
      const code = host[row] as number;
      if (code === last || code === 0 || outside?.[row] === 1) continue;
      last = code;
      const name = hosts.text(code);
      if (this.#hosts.size >= MOST_HOSTS || this.#hosts.has(name)) continue;
      this.#hosts.add(name);
      this.#notes?.note('host', name, 1);
    }
  }

  #refuse(host: string, behindMs: number): void {
    const known = this.#refused.get(host);
    if (known === undefined && this.#refused.size >= MOST_HOSTS) return;
    const { records, neededMs } = known ?? { records: 0, neededMs: 0 };
    const now = { records: records + 1, neededMs: Math.max(neededMs, behindMs) };
    this.#refused.set(host, now);
    this.#notes?.note('refused', host, [now.records, now.neededMs]);
  }

  #fail(hunt: string, error: unknown): void {
    const told = error instanceof WindhoverError ? error : undefined;
    this.#failures.set(hunt, {
      code: told?.code ?? 'hunt-failed',
      severity: 'error',
      range: NOWHERE,
      message: `The hunt failed and was stopped: ${error instanceof Error ? error.message : String(error)}`,
      hint: told?.hint ?? 'This is a defect of Windhover; please report it with the huntflow.',
    });
  }
}
