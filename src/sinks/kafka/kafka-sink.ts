import { SinkError } from '../../errors/windhover-error.ts';
import type { AlertDocument } from '../../hunts/alerts/alert-document.ts';
import { ALL_TAKEN, type AlertSink, type RefusedAlert, type WriteOutcome } from '../alert-sink.ts';
import { sinkClosed } from '../sink-closed.ts';
import type { KafkaProducer } from './kafka-producer.ts';

export interface KafkaSinkOptions {
  readonly name: string;
  /** Connects to the topic; called with the first alert, and again after a failure. */
  readonly connect: () => Promise<KafkaProducer>;
}

/** Brokers take 1 MiB a request where nothing else is set. */
const MAX_BYTES = 900_000;

/**
 * Alerts as messages of a topic: the key is the alert's id, so that all revisions lie in one partition, in order, and a
 * compacted topic keeps the last. A batch that was not acknowledged is sent again.
 */
export class KafkaSink implements AlertSink {
  readonly name: string;
  readonly #options: KafkaSinkOptions;
  #producer: KafkaProducer | undefined;
  #closed = false;

  constructor(options: KafkaSinkOptions) {
    this.#options = options;
    this.name = options.name;
  }

  async write(alerts: readonly AlertDocument[]): Promise<WriteOutcome> {
    if (this.#closed) throw sinkClosed(this.name);
    const refused: RefusedAlert[] = [];
    const waiting = [...parts(alerts)].reverse();
    for (let part = waiting.pop(); part !== undefined; part = waiting.pop()) {
      const problem = await this.#send(part);
      if (problem === undefined) continue;
      if (problem.code !== 'kafka-message-size') {
        return { refused, left: [part, ...waiting.reverse()].flat(), problem };
      }
      if (part.length === 1) {
        refused.push({ alert: part[0] as AlertDocument, reason: problem.message });
      } else {
        const middle = part.length >> 1;
        waiting.push(part.slice(middle), part.slice(0, middle));
      }
    }
    return refused.length === 0 ? ALL_TAKEN : { refused, left: [] };
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#drop();
  }

  async #send(alerts: readonly AlertDocument[]): Promise<SinkError | undefined> {
    const { connect } = this.#options;
    try {
      const producer = (this.#producer ??= await connect());
      const messages = alerts.map((alert) => ({ key: alert.event.id, value: JSON.stringify(alert) }));
      await producer.send(messages);
      return undefined;
    } catch (error) {
      if (!(error instanceof SinkError)) throw error;
      // A client that failed once may remember brokers and leaders that are no more.
      if (error.code !== 'kafka-message-size') await this.#drop();
      return error;
    }
  }

  async #drop(): Promise<void> {
    const producer = this.#producer;
    this.#producer = undefined;
    await producer?.close();
  }
}

function* parts(alerts: readonly AlertDocument[]): Generator<AlertDocument[]> {
  let part: AlertDocument[] = [];
  let bytes = 0;
  for (const alert of alerts) {
    const size = Buffer.byteLength(JSON.stringify(alert));
    if (part.length > 0 && bytes + size > MAX_BYTES) {
      yield part;
      [part, bytes] = [[], 0];
    }
    part.push(alert);
    bytes += size;
  }
  if (part.length > 0) yield part;
}
