import { formatInstant } from '../catalogue/instant.ts';
import type { InputCounts } from '../hunts/run-observer.ts';
import { write, type TerminalIo } from './terminal-io.ts';

/** A line on the terminal that is written over; nothing where stderr is no terminal. */
export class ProgressLine {
  readonly #io: TerminalIo;
  #shownAt = 0;
  #visible = false;

  constructor(io: TerminalIo) {
    this.#io = io;
  }

  show(counts: InputCounts): void {
    if (this.#io.stderr.isTTY !== true) return;
    const now = this.#io.now();
    if (now - this.#shownAt < 200) return;
    this.#shownAt = now;
    this.#visible = true;
    const at = counts.to === undefined ? '' : `, ${formatInstant(counts.to)}`;
    void write(this.#io.stderr, `\r\u001b[K${counts.records} records${at}`);
  }

  clear(): void {
    if (!this.#visible) return;
    this.#visible = false;
    void write(this.#io.stderr, '\r\u001b[K');
  }
}
