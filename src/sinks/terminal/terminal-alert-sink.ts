import type { AlertDocument } from '../../hunts/alert-document.ts';
import type { AlertSink } from '../alert-sink.ts';
import { sinkClosed } from '../memory-alert-sink.ts';
import { renderAlert, type RenderAlertOptions } from './render-alert.ts';

/** Shows alerts to people as they leave. `write` gets whole lines and resolves when the terminal took them. */
export class TerminalAlertSink implements AlertSink {
  readonly name = 'terminal';
  readonly #write: (text: string) => Promise<void>;
  readonly #options: RenderAlertOptions;
  #closed = false;

  constructor(write: (text: string) => Promise<void>, options: RenderAlertOptions = {}) {
    this.#write = write;
    this.#options = options;
  }

  async write(alerts: readonly AlertDocument[]): Promise<void> {
    if (this.#closed) throw sinkClosed(this.name);
    if (alerts.length === 0) return;
    await this.#write(alerts.map((alert) => `${renderAlert(alert, this.#options)}\n`).join(''));
  }

  async close(): Promise<void> {
    this.#closed = true;
  }
}
