import { SinkError } from '../../errors/windhover-error.ts';
import type { AlertDocument } from '../../hunts/alerts/alert-document.ts';
import { ALL_TAKEN, type AlertSink, type WriteOutcome } from '../alert-sink.ts';
import { sinkClosed } from '../sink-closed.ts';

/** What a write to a memory sink meets: nothing, no answer after so many were taken, or some that are left or refused. */
export type Mishap =
  | { readonly kind: 'none' }
  | { readonly kind: 'lost-answer'; readonly taken: number }
  | { readonly kind: 'left'; readonly every: number }
  | { readonly kind: 'defect' };

/** A sink that keeps what it is given, as long as its target is there, and fails as it is told. */
export class MemorySink implements AlertSink {
  readonly name = 'memory';
  /** All that was taken, in order; outlives the sink. */
  readonly taken: AlertDocument[];
  /** For the next writes, one each; then nothing happens. */
  readonly mishaps: Mishap[] = [];
  /** Ids that are refused for good. */
  readonly poison = new Set<string>();
  #closed = false;

  constructor(taken: AlertDocument[] = []) {
    this.taken = taken;
  }

  async write(alerts: readonly AlertDocument[]): Promise<WriteOutcome> {
    if (this.#closed) throw sinkClosed(this.name);
    const mishap = this.mishaps.shift() ?? { kind: 'none' };
    if (mishap.kind === 'defect') throw new TypeError('a defect');
    const refused = alerts
      .filter(({ event }) => this.poison.has(event.id))
      .map((alert) => ({ alert, reason: 'poison' }));
    const good = alerts.filter(({ event }) => !this.poison.has(event.id));
    if (mishap.kind === 'lost-answer') {
      this.taken.push(...good.slice(0, mishap.taken));
      throw busy();
    }
    if (mishap.kind === 'left') {
      const left = good.filter((_, i) => i % mishap.every === 0);
      this.taken.push(...good.filter((_, i) => i % mishap.every !== 0));
      return { refused, left, problem: left.length > 0 ? busy() : undefined };
    }
    this.taken.push(...good);
    return refused.length === 0 ? ALL_TAKEN : { refused, left: [] };
  }

  async close(): Promise<void> {
    this.#closed = true;
  }
}

/** What holds in the end: of each id the highest revision. */
export function latestOf(alerts: readonly AlertDocument[]): Map<string, AlertDocument> {
  const latest = new Map<string, AlertDocument>();
  for (const alert of alerts) {
    const known = latest.get(alert.event.id)?.windhover.revision ?? 0;
    if (alert.windhover.revision >= known) latest.set(alert.event.id, alert);
  }
  return latest;
}

function busy(): SinkError {
  return new SinkError('memory-busy', 'not now', { hint: 'Later.', retriable: true });
}
