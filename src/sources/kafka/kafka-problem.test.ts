import { describe, expect, it } from 'vitest';
import { SourceError } from '../../errors/windhover-error.ts';
import { kafkaProblem } from './kafka-problem.ts';

/** Errors as kafkajs makes them: a name, perhaps a type or code, and what caused them. */
function failure(name: string, message: string, more: object = {}): Error {
  return Object.assign(new Error(message), { name, ...more });
}

const exhausted = (cause: Error): Error =>
  failure('KafkaJSNumberOfRetriesExceeded', cause.message, { cause, retriable: false });

describe('kafkaProblem', () => {
  it.each([
    [failure('KafkaJSConnectionError', 'Connection error: connect ECONNREFUSED'), 'kafka-unreachable', true],
    [exhausted(failure('KafkaJSConnectionError', 'Connection timeout')), 'kafka-unreachable', true],
    [failure('Error', 'x', { code: 'ECONNRESET' }), 'kafka-unreachable', true],
    [exhausted(failure('KafkaJSConnectionError', 'getaddrinfo ENOTFOUND nowhere')), 'kafka-address', false],
    [failure('KafkaJSSASLAuthenticationError', 'SASL PLAIN authentication failed'), 'kafka-credentials', false],
    [failure('KafkaJSConnectionError', 'self-signed', { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' }), 'kafka-tls', false],
    [failure('KafkaJSConnectionError', 'unable to verify the first certificate'), 'kafka-tls', false],
    [failure('KafkaJSConnectionError', 'SSL routines:wrong version number', { code: 'EPROTO' }), 'kafka-tls', false],
    [failure('KafkaJSProtocolError', 'no', { type: 'TOPIC_AUTHORIZATION_FAILED' }), 'kafka-permission', false],
    [failure('KafkaJSProtocolError', 'no', { type: 'GROUP_AUTHORIZATION_FAILED' }), 'kafka-permission', false],
    [failure('KafkaJSGroupCoordinatorNotFound', 'Failed to find'), 'kafka-group-coordinator', true],
    [failure('KafkaJSNotImplemented', 'ZSTD compression not implemented'), 'kafka-codec', false],
    [failure('Whatever', 'strange'), 'kafka-failed', true],
    ['a text', 'kafka-failed', true],
  ])('%s', (error, code, retriable) => {
    expect(kafkaProblem(error, ['b:1'])).toMatchObject({ code, retriable, hint: expect.stringMatching(/\.$/) });
  });

  it('names the permission that is missing, and the brokers that do not answer', () => {
    const topic = failure('KafkaJSProtocolError', 'no', { type: 'TOPIC_AUTHORIZATION_FAILED' });
    expect(kafkaProblem(topic, []).hint).toContain('READ and DESCRIBE on the topics');
    const closed = failure('KafkaJSConnectionClosedError', 'Closed connection');
    expect(kafkaProblem(closed, ['a:1', 'b:2']).message).toContain('a:1, b:2');
  });

  it('gives back what our own code threw, however it was wrapped, and survives circles', () => {
    const own = new SourceError('kafka-codec', 'zstd', { hint: 'Use another.' });
    expect(kafkaProblem(exhausted(own), [])).toBe(own);
    const circle = failure('A', 'round');
    Object.assign(circle, { cause: circle });
    expect(kafkaProblem(circle, [])).toMatchObject({ code: 'kafka-failed', message: 'Kafka: round' });
  });

  it('repeats no more than a part of a long message', () => {
    expect(kafkaProblem(failure('A', 'x'.repeat(5000)), []).message.length).toBeLessThan(400);
  });
});
