import type { KafkaProducer, ProducedMessage } from '../../sinks/kafka/kafka-producer.ts';
import type { SimulatedChunk } from '../../simulate/simulation.ts';
import type { SimulatedOutput } from './simulated-output.ts';
import { removeTruth, writeTruth } from './simulated-truth.ts';

/** Brokers take batches of 1 MiB unless told otherwise. */
const BATCH_BYTES = 768 * 1024;
const MOST_MESSAGES = 1000;

/** Simulated telemetry as messages of a topic, a document each. The truth is a file still. */
export class SimulatedTopic implements SimulatedOutput {
  readonly #producer: KafkaProducer;
  readonly #truth: string | undefined;
  #gathered: ProducedMessage[] = [];
  #bytes = 0;

  constructor(producer: KafkaProducer, truth: string | undefined) {
    this.#producer = producer;
    this.#truth = truth;
  }

  async begin(): Promise<void> {
    if (this.#truth !== undefined) await removeTruth(this.#truth);
  }

  async write({ text }: SimulatedChunk): Promise<void> {
    for (const line of text.split('\n')) {
      if (line === '') continue;
      const value = Buffer.from(line);
      if (this.#bytes + value.length > BATCH_BYTES || this.#gathered.length >= MOST_MESSAGES) await this.flush();
      this.#gathered.push({ key: null, value });
      this.#bytes += value.length;
    }
  }

  async flush(): Promise<void> {
    const messages = this.#gathered;
    this.#gathered = [];
    this.#bytes = 0;
    if (messages.length > 0) await this.#producer.send(messages);
  }

  async end(truth: string): Promise<void> {
    await this.flush();
    if (this.#truth !== undefined) await writeTruth(this.#truth, truth);
  }

  close(): Promise<void> {
    return this.#producer.close();
  }
}
