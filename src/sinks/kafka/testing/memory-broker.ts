import { SinkError } from '../../../errors/windhover-error.ts';
import type { AlertMessage, AlertProducer } from '../alert-producer.ts';

/** One topic on a broker in memory. */
export class MemoryBroker {
  readonly messages: AlertMessage[] = [];
  isAway = false;
  /** Bytes that one request may have. */
  maxBytes = 1_048_576;
  /** The next so many requests are taken, but their acknowledgement is lost. */
  unacknowledged = 0;
  connections = 0;

  async connect(): Promise<AlertProducer> {
    this.#assertThere();
    this.connections++;
    return {
      send: async (_topic, messages) => {
        this.#assertThere();
        const bytes = messages.reduce((sum, { key, value }) => sum + Buffer.byteLength(key + value), 0);
        if (bytes > this.maxBytes) {
          throw new SinkError('kafka-message-size', 'larger than the brokers take', { hint: 'Raise it.' });
        }
        this.messages.push(...messages);
        if (this.unacknowledged > 0) {
          this.unacknowledged--;
          throw away();
        }
      },
      close: () => Promise.resolve(),
    };
  }

  #assertThere(): void {
    if (this.isAway) throw away();
  }
}

function away(): SinkError {
  return new SinkError('kafka-unreachable', 'nobody answers', { hint: 'Start it.', retriable: true });
}
