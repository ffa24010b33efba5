import { SinkError } from '../../errors/windhover-error.ts';
import { kafkaErrorTypes, kafkaProblem } from '../../sources/kafka/kafka-problem.ts';

/** Where is written to. `compression`: where whoever calls can choose one. */
export interface ProducerTarget {
  readonly brokers: readonly string[];
  readonly topic: string;
  readonly compression?: string;
}

/** What the sources say of the same failure of the client, in terms of writing. */
export function producerProblem(cause: unknown, { brokers, topic, compression }: ProducerTarget): SinkError {
  const types = kafkaErrorTypes(cause);
  const problem = (code: string, message: string, hint: string): SinkError =>
    new SinkError(code, message, { hint, retriable: true, cause });
  if (types.includes('MESSAGE_TOO_LARGE') || types.includes('RECORD_LIST_TOO_LARGE')) {
    const smaller = compression === 'none' ? ', or choose a --compression' : '';
    return problem(
      'kafka-message-size',
      `a message for the topic ${topic} is larger than the brokers take`,
      `Raise max.message.bytes of the topic (message.max.bytes of the brokers)${smaller}.`,
    );
  }
  if (types.includes('UNKNOWN_TOPIC_OR_PARTITION')) {
    return problem(
      'kafka-topic',
      `there is no topic ${topic}, and the brokers make none by themselves`,
      'Make the topic, or name another one.',
    );
  }
  if (types.includes('TOPIC_AUTHORIZATION_FAILED')) {
    return problem(
      'kafka-permission',
      `the user lacks a permission on the topic ${topic}`,
      `Grant WRITE and DESCRIBE on the topic ${topic}.`,
    );
  }
  const { code, message, hint } = kafkaProblem(cause, brokers);
  return problem(code, message, hint);
}
