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
    const at = counts.to === undefined ? '' : `, ${formatInstant(counts.to)}`;
    this.say(() => `${counts.records} records${at}`);
  }

  /** The text is made only where it is shown. */
  say(text: () => string): void {
    if (this.#io.stderr.isTTY !== true) return;
    const now = this.#io.now();
    if (now - this.#shownAt < 200) return;
    this.#shownAt = now;
    this.#visible = true;
    void write(this.#io.stderr, `\r\u001b[K${text()}`);
  }

  clear(): void {
    if (!this.#visible) return;
    this.#visible = false;
    void write(this.#io.stderr, '\r\u001b[K');
  }
}
