import { SinkError } from '../../errors/windhover-error.ts';
import { kafkaErrorTypes, kafkaProblem } from '../../sources/kafka/kafka-problem.ts';
import type { KafkaSettings } from '../../sources/kafka/kafka-settings.ts';
import { openKafkaJsLibrary } from '../../sources/kafka/open-kafkajs.ts';
import type { AlertProducer } from './alert-producer.ts';

const ACKNOWLEDGED_MS = 30_000;
const ALL_REPLICAS = -1;

/** A producer of kafkajs that is connected. Topics that are not there are not made. Throws `SinkError`. */
export async function openAlertProducer(brokers: readonly string[], settings: KafkaSettings): Promise<AlertProducer> {
  const kafka = await openKafkaJsLibrary(brokers, settings);
  const producer = kafka.producer({ allowAutoTopicCreation: false });
  try {
    await producer.connect();
  } catch (error) {
    throw sinkProblem(error, brokers, undefined);
  }
  return {
    async send(topic, messages) {
      try {
        await producer.send({
          topic,
          acks: ALL_REPLICAS,
          timeout: ACKNOWLEDGED_MS,
          messages: messages.map(({ key, value }) => ({ key, value })),
        });
      } catch (error) {
        throw sinkProblem(error, brokers, topic);
      }
    },
    async close() {
      await producer.disconnect().catch(() => {});
    },
  };
}

/** What the sources say of the same failure, in terms of writing. */
function sinkProblem(error: unknown, brokers: readonly string[], topic: string | undefined): SinkError {
  const types = kafkaErrorTypes(error);
  const problem = (code: string, message: string, hint: string): SinkError =>
    new SinkError(code, message, { hint, retriable: true, cause: error });
  if (types.includes('MESSAGE_TOO_LARGE') || types.includes('RECORD_LIST_TOO_LARGE')) {
    return problem('kafka-message-size', 'larger than the brokers take', 'Raise max.message.bytes of the topic.');
  }
  if (topic !== undefined && types.includes('UNKNOWN_TOPIC_OR_PARTITION')) {
    return problem('kafka-topic', `there is no topic ${topic}`, 'Make the topic, or name another one.');
  }
  if (types.includes('TOPIC_AUTHORIZATION_FAILED')) {
    return problem(
      'kafka-permission',
      'the user lacks a permission',
      `Grant WRITE and DESCRIBE on the topic ${topic ?? ''}.`,
    );
  }
  const { code, message, hint } = kafkaProblem(error, brokers);
  return problem(code, message, hint);
}
