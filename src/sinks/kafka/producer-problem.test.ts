import { expect, test } from 'vitest';
import { producerProblem } from './producer-problem.ts';

const target = { brokers: ['b:9092'], topic: 'alerts' };
/** As kafkajs wraps what the brokers answered. */
const answered = (type: string): Error =>
  Object.assign(new Error('tried often'), { cause: Object.assign(new Error('no'), { type }) });

test.each([
  ['MESSAGE_TOO_LARGE', 'kafka-message-size', 'max.message.bytes'],
  ['RECORD_LIST_TOO_LARGE', 'kafka-message-size', 'max.message.bytes'],
  ['UNKNOWN_TOPIC_OR_PARTITION', 'kafka-topic', 'Make the topic'],
  ['TOPIC_AUTHORIZATION_FAILED', 'kafka-permission', 'WRITE and DESCRIBE on the topic alerts'],
])('what the brokers answer to messages (%s) names the topic and the remedy', (type, code, hint) => {
  const problem = producerProblem(answered(type), target);
  expect(problem).toMatchObject({ code, retriable: true });
  expect(problem.message).toContain('topic alerts');
  expect(problem.hint).toContain(hint);
});

test('smaller messages are a remedy where they can be chosen', () => {
  const hint = (compression?: string): string =>
    producerProblem(answered('MESSAGE_TOO_LARGE'), { ...target, ...(compression === undefined ? {} : { compression }) })
      .hint;
  expect([hint('none'), hint('lz4'), hint()].map((each) => each.includes('--compression'))).toEqual([
    true,
    false,
    false,
  ]);
});

test('what else goes wrong is told as sources tell it', () => {
  const refused = Object.assign(new Error('connect ECONNREFUSED'), { name: 'KafkaJSConnectionError' });
  expect(producerProblem(refused, target)).toMatchObject({ code: 'kafka-unreachable', retriable: true });
});
