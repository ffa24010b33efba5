/** A message that carries an alert. */
export interface AlertMessage {
  readonly key: string;
  readonly value: string;
}

/**
 * What the sink needs of a Kafka client: narrow enough that a broker in memory can stand in for it. `send` resolves when
 * all replicas have the messages; whatever goes wrong is a `SinkError` (`kafka-message-size`: one of them is too large).
 */
export interface AlertProducer {
  send(topic: string, messages: readonly AlertMessage[]): Promise<void>;
  /** Never throws. */
  close(): Promise<void>;
}
