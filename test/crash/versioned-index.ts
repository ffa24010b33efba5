import { SinkError } from '../../src/errors/windhover-error.ts';
import type { AlertDocument } from '../../src/hunts/alerts/alert-document.ts';
import { alertVersion } from '../../src/sinks/elastic/alert-bulk.ts';
import { ALL_TAKEN, type AlertSink, type WriteOutcome } from '../../src/sinks/alert-sink.ts';
import type { DoomedProcess } from './doomed-process.ts';

/**
 * An index with external versions, as Elasticsearch has them: of each id the document of the greatest version stands, and
 * what is not newer is passed by. It outlives the processes that write to it.
 */
export class VersionedIndex {
  readonly documents = new Map<string, { readonly version: number; readonly alert: AlertDocument }>();
  /** Documents of one version that were not the same: which of them stands is chance. */
  readonly conflicts: string[] = [];

  /** What one life of a process writes through. */
  sink(process: DoomedProcess, generation: number): AlertSink {
    return {
      name: 'index',
      write: async (alerts): Promise<WriteOutcome> => {
        process.pass('sink: before');
        const half = alerts.slice(0, (alerts.length + 1) >> 1);
        if (process.strikes('sink: half')) {
          this.#take(half, generation);
          process.die();
        }
        if (process.strikes('sink: half failed')) {
          this.#take(half, generation);
          return { refused: [], left: alerts.slice(half.length), problem: busy() };
        }
        this.#take(alerts, generation);
        if (process.strikes('sink: unacknowledged')) throw busy();
        process.pass('sink: after');
        return ALL_TAKEN;
      },
      close: () => Promise.resolve(),
    };
  }

  #take(alerts: readonly AlertDocument[], generation: number): void {
    for (const alert of alerts) {
      const version = alertVersion(generation, alert);
      const known = this.documents.get(alert.event.id);
      if (known === undefined || version > known.version) this.documents.set(alert.event.id, { version, alert });
      else if (version === known.version && JSON.stringify(alert) !== JSON.stringify(known.alert)) {
        this.conflicts.push(alert.event.id);
      }
    }
  }
}

function busy(): SinkError {
  return new SinkError('sink-busy', 'no answer', { hint: 'Later.', retriable: true });
}
