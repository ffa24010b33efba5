import process from 'node:process';
import type { AlertDocument } from '../../hunts/alerts/alert-document.ts';
import { FullScreen, type ScreenInput, type ScreenOutput } from '../../sinks/terminal/full-screen.ts';
import type { LiveView } from '../../sinks/terminal/live-view-content.ts';
import { renderLiveView } from '../../sinks/terminal/live-view.ts';
import type { DemoDisplay } from './demo-display.ts';

/** Time between two pictures. */
const FRAME_MS = 100;

export interface LiveDisplayOptions {
  readonly output: ScreenOutput;
  readonly input: ScreenInput | undefined;
  readonly color: boolean;
  readonly view: (selected: number) => LiveView;
  readonly now: () => number;
  readonly quit: () => void;
}

/** The demo on a terminal of its own, ten pictures a second. */
export class DemoLiveDisplay implements DemoDisplay {
  readonly #options: LiveDisplayOptions;
  readonly #screen: FullScreen;
  #selected = 0;
  #drawnAt = -Infinity;

  constructor(options: LiveDisplayOptions) {
    this.#options = options;
    this.#screen = new FullScreen({
      output: options.output,
      ...(options.input === undefined ? {} : { input: options.input }),
      onKey: (key) => {
        if (key === 'quit') options.quit();
        // As if the terminal had sent the signal itself: one way to be interrupted.
        else if (key === 'interrupt') process.emit('SIGINT');
        else this.#choose(key === 'up' ? -1 : 1);
      },
      onResize: () => this.#draw(),
      atExit: (restore) => {
        process.once('exit', restore);
        return () => process.off('exit', restore);
      },
    });
  }

  async alert(_alert: AlertDocument, isNew: boolean): Promise<void> {
    // An alert of one's choice stays in view while others come before it.
    if (isNew && this.#selected > 0) this.#selected++;
  }

  progress(): void {
    this.step();
  }

  step(): void {
    const now = this.#options.now();
    if (now - this.#drawnAt < FRAME_MS) return;
    this.#drawnAt = now;
    this.#draw();
  }

  close(): void {
    this.#screen.close();
  }

  #choose(step: number): void {
    const { alerts } = this.#options.view(this.#selected);
    this.#selected = Math.min(Math.max(0, this.#selected + step), Math.max(0, alerts.length - 1));
    this.#draw();
  }

  #draw(): void {
    const { view, color } = this.#options;
    this.#screen.draw(renderLiveView(view(this.#selected), this.#screen.size, color));
  }
}
