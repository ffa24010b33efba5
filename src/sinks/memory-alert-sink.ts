import { SinkError } from '../errors/windhover-error.ts';
import type { AlertDocument } from '../hunts/alert-document.ts';
import type { AlertSink } from './alert-sink.ts';

/** Keeps alerts in memory, for tests and for callers that report them at the end. */
export class MemoryAlertSink implements AlertSink {
  readonly name = 'memory';
  /** Everything that was written, in order. */
  readonly written: AlertDocument[] = [];
  readonly #latest = new Map<string, AlertDocument>();
  #closed = false;

  /** The latest revision of each alert, in order of first appearance. */
  get latest(): readonly AlertDocument[] {
    return [...this.#latest.values()];
  }

  async write(alerts: readonly AlertDocument[]): Promise<void> {
    if (this.#closed) throw sinkClosed(this.name);
    for (const alert of alerts) {
      this.written.push(alert);
      const known = this.#latest.get(alert.event.id);
      if (!known || known.windhover.revision <= alert.windhover.revision) this.#latest.set(alert.event.id, alert);
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
  }
}

/** What every sink answers to writes after `close`. */
export function sinkClosed(name: string): SinkError {
  return new SinkError('sink-closed', `${name} is closed.`, {
    hint: 'Open the sink again; a closed one takes nothing.',
  });
}
