import { SinkError } from '../../../errors/windhover-error.ts';
import type { KafkaProducer } from '../kafka-producer.ts';

/** One topic on a broker in memory. */
export class MemoryBroker {
  readonly messages: { readonly key: string; readonly value: string }[] = [];
  isAway = false;
  /** Bytes that one request may have. */
  maxBytes = 1_048_576;
  /** The next so many requests are taken, but their acknowledgement is lost. */
  unacknowledged = 0;
  connections = 0;

  async connect(): Promise<KafkaProducer> {
    this.#assertThere();
    this.connections++;
    return {
      send: async (messages) => {
        this.#assertThere();
        const bytes = messages.reduce(
          (sum, { key, value }) => sum + Buffer.byteLength(key ?? '') + Buffer.byteLength(value),
          0,
        );
        if (bytes > this.maxBytes) {
          throw new SinkError('kafka-message-size', 'larger than the brokers take', { hint: 'Raise it.' });
        }
        this.messages.push(...messages.map(({ key, value }) => ({ key: key ?? '', value: value.toString() })));
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
