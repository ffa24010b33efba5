import type { KafkaProducer } from '../sinks/kafka/kafka-producer.ts';
import type { RecordedItem } from './recorded-item.ts';
import { documentText, hasEnvelope } from './index-line.ts';
import type { ReplaySink, Taken } from './replay-sink.ts';

/** Messages longer than this are not read by the engine either. */
const MAX_MESSAGE_BYTES = 16 * 1024 * 1024;
/** Brokers take batches of 1 MiB unless told otherwise; one long message makes a batch of its own. */
const BATCH_BYTES = 768 * 1024;

/** Recorded telemetry as messages of a topic: the document that a search index held, not the line of its export. */
export class KafkaReplaySink implements ReplaySink {
  readonly maxItems = 1000;
  readonly maxBytes = BATCH_BYTES;
  readonly maxDocumentBytes = MAX_MESSAGE_BYTES;
  readonly maxTraceBytes = MAX_MESSAGE_BYTES;
  readonly #producer: KafkaProducer;
  readonly #keyed: boolean;

  /** `keyed`: the key of a message is the host of its record, so that all of a host lies in one partition. */
  constructor(producer: KafkaProducer, keyed: boolean) {
    this.#producer = producer;
    this.#keyed = keyed;
  }

  async send(items: readonly RecordedItem[]): Promise<Taken> {
    await this.#producer.send(
      items.map((item) => ({
        key: this.#keyed && item.host !== undefined && item.host !== '' ? item.host : null,
        value: item.content === 'document' && hasEnvelope(item.bytes) ? documentOf(item.bytes) : item.bytes,
      })),
    );
    return { taken: items.length, present: 0, refused: 0 };
  }

  close(): Promise<void> {
    return this.#producer.close();
  }
}

function documentOf(bytes: Buffer): Buffer {
  return Buffer.from(documentText(bytes.toString('utf8')));
}
