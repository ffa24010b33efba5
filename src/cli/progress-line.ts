import { formatInstant } from '../catalogue/instant.ts';
import type { InputCounts } from '../hunts/run/run-observer.ts';
import { write, type TerminalIo } from './terminal-io.ts';

/** A line on the terminal that is written over; nothing where stderr is no terminal. */
export class ProgressLine {
  readonly #io: TerminalIo;
  readonly #isShown: boolean;
  #shownAt = 0;
  #visible = false;

  constructor(io: TerminalIo, isShown = io.stderr.isTTY === true) {
    this.#io = io;
    this.#isShown = isShown;
  }

  show(counts: InputCounts): void {
    const at = counts.to === undefined ? '' : `, ${formatInstant(counts.to)}`;
    this.say(() => `${counts.records} records${at}`);
  }

  /** The text is made only where it is shown. */
  say(text: () => string): void {
    if (!this.#isShown) return;
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
