export interface ProducedMessage {
  readonly key: string | null;
  readonly value: string | Buffer;
}

/**
 * What is needed of a Kafka client to write to one topic: narrow enough that a broker in memory can stand in for it.
 * Whatever goes wrong is a `SinkError` whose code begins with `kafka-` (`kafka-message-size`: a message is too large).
 */
export interface KafkaProducer {
  /** Settles when all replicas that are in sync have the messages. */
  send(messages: readonly ProducedMessage[]): Promise<void>;
  /** Never throws. */
  close(): Promise<void>;
}
