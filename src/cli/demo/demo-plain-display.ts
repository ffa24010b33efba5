import type { AlertDocument } from '../../hunts/alerts/alert-document.ts';
import { grouped } from '../../sinks/terminal/live-header.ts';
import type { LiveView } from '../../sinks/terminal/live-view-content.ts';
import { renderAlert } from '../../sinks/terminal/render-alert.ts';
import type { DemoDisplay } from './demo-display.ts';
import { usesColour, write, type TerminalIo } from '../terminal-io.ts';

const TOLD_EVERY_MS = 5000;

/** The demo as lines: alerts on stdout when they are raised, how it goes on stderr. */
export class DemoPlainDisplay implements DemoDisplay {
  readonly #io: TerminalIo;
  readonly #elapsedMs: () => number;
  readonly #view: () => LiveView;
  #toldMs = 0;

  constructor(io: TerminalIo, elapsedMs: () => number, view: () => LiveView) {
    this.#io = io;
    this.#elapsedMs = elapsedMs;
    this.#view = view;
  }

  async alert(alert: AlertDocument): Promise<void> {
    const { stdout, env } = this.#io;
    await write(stdout, `${renderAlert(alert, { color: usesColour(stdout, env) })}\n\n`);
  }

  progress(): void {
    this.step();
  }

  step(): void {
    const elapsedMs = this.#elapsedMs();
    if (elapsedMs - this.#toldMs < TOLD_EVERY_MS) return;
    this.#toldMs = elapsedMs;
    const { records, rates, lagMs } = this.#view();
    const rate = rates.at(-1) ?? 0;
    const lag = lagMs === undefined ? '' : `, lag ${(lagMs / 1000).toFixed(2)} s`;
    const seconds = Math.floor(elapsedMs / 1000).toString();
    void write(
      this.#io.stderr,
      `${seconds.padStart(4)} s  ${grouped(records)} records, ${grouped(rate)} a second${lag}\n`,
    );
  }

  close(): void {
    // Nothing was taken over.
  }
}
