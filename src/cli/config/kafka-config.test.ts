import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseConfig } from './config-file.ts';
import { kafkaEnvironment, parseKafkaStart } from './kafka-config.ts';
import { readKafkaSettings } from './read-kafka-settings.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'windhover-kafka-'));
  writeFileSync(join(folder, 'ca.pem'), 'certificate');
  writeFileSync(join(folder, 'other.avsc'), '{"type":"record","name":"Other","fields":[{"name":"a","type":"long"}]}');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const parse = (kafka: string, env: Record<string, string> = {}): ReturnType<typeof parseConfig> =>
  parseConfig(`sources:\n  a:\n    live:\n      kafka: ${kafka}\n`, { file: 'windhover.yaml', folder: '/x', env });

describe('Kafka in the configuration', () => {
  test('all keys', () => {
    const { kafka, sources } = parse(
      `{brokers: [B2, "b1:9093"], topics: [t], decode: auto, schema: sysflow-4, from: 2026-05-01, client_id: me, group: mine,
        session_timeout: 30s, tls: {ca: ca.pem, cert: /c.pem, key: k.pem, server_name: kafka},
        sasl: {mechanism: scram-sha-512, username: "\${U}", password: "\${P}"}}`,
      { U: 'user', P: 'secret' },
    );
    const uri = 'kafka://b1:9093,b2:9092/t';
    expect(sources.get('a')).toBe(uri);
    expect(kafka.get(uri)).toEqual({
      tls: { ca: '/x/ca.pem', cert: '/c.pem', key: '/x/k.pem', serverName: 'kafka' },
      sasl: { mechanism: 'scram-sha-512', username: 'user', password: 'secret' },
      clientId: 'me',
      groupPrefix: 'mine',
      sessionMs: 30_000,
      start: { atMs: Date.UTC(2026, 4, 1) },
      schema: 'sysflow-4',
    });
  });

  test('TLS with the certificates that Node trusts, or none', () => {
    const tls = (text: string): unknown =>
      parse(`{brokers: [b], topics: [t], tls: ${text}}`).kafka.values().next().value?.tls;
    expect(tls('true')).toEqual({});
    expect(tls('false')).toBeUndefined();
  });

  test.each([
    [
      '{brokers: [b], topics: [t], sasl: {mechanism: gssapi, username: u, password: hidden}}',
      'mechanism: expected plain',
    ],
    ['{brokers: [b], topics: [t], sasl: {mechanism: plain, username: u, pasword: hidden}}', 'unknown key pasword'],
    ['{brokers: [b], topics: [t], tls: {caa: x}}', 'unknown key caa'],
    ['{brokers: [b], topics: [t], from: hidden}', 'from is no place in a topic'],
    ['{brokers: [b], topics: [t], decode: avro}', 'expected auto'],
    ['{brokers: ["u:hidden@b"], topics: [t]}', 'holds credentials'],
    ['{brokers: [b], topics: ["a b"]}', 'no name of a topic'],
    ['{brokers: [b], topics: [t], group: "a b"}', 'expected letters'],
  ])('%s', (kafka, message) => {
    expect(() => parse(kafka)).toThrow(
      expect.objectContaining({ exitCode: 2, message: expect.stringContaining(message) }),
    );
    expect(() => parse(kafka)).toThrow(/^windhover\.yaml:\d+: (?!.*hidden)/);
  });
});

describe('Kafka in the environment', () => {
  test('nothing set is a plain connection', () => {
    expect(kafkaEnvironment({ WINDHOVER_KAFKA_TLS: '0' }, '/x')).toEqual({});
  });

  test('credentials, TLS and schema', () => {
    const env = {
      WINDHOVER_KAFKA_SASL: 'SCRAM-SHA-256',
      WINDHOVER_KAFKA_USERNAME: 'u',
      WINDHOVER_KAFKA_PASSWORD: 'p',
      WINDHOVER_KAFKA_CA: 'ca.pem',
      WINDHOVER_KAFKA_SCHEMA: 'a.avsc',
      WINDHOVER_KAFKA_GROUP: 'g',
    };
    expect(kafkaEnvironment(env, '/x')).toEqual({
      tls: { ca: '/x/ca.pem' },
      sasl: { mechanism: 'scram-sha-256', username: 'u', password: 'p' },
      groupPrefix: 'g',
      schema: '/x/a.avsc',
    });
    expect(kafkaEnvironment({ WINDHOVER_KAFKA_TLS: '1' }, '/x')).toEqual({ tls: {} });
  });

  test.each([
    [{ WINDHOVER_KAFKA_PASSWORD: 'hidden' }, 'SASL'],
    [{ WINDHOVER_KAFKA_SASL: 'hidden', WINDHOVER_KAFKA_USERNAME: 'u', WINDHOVER_KAFKA_PASSWORD: 'hidden' }, 'SASL'],
    [{ WINDHOVER_KAFKA_SASL: 'plain', WINDHOVER_KAFKA_PASSWORD: 'hidden' }, 'USERNAME'],
    [{ WINDHOVER_KAFKA_SASL: 'plain', WINDHOVER_KAFKA_USERNAME: 'u' }, 'PASSWORD'],
  ])('half of the credentials (%j) is refused without showing it', (env, missing) => {
    expect(() => kafkaEnvironment(env, '/x')).toThrow(
      expect.objectContaining({ code: 'kafka-environment', message: expect.stringContaining(`_${missing} `) }),
    );
    expect(() => kafkaEnvironment(env, '/x')).toThrow(/^(?!.*hidden)/);
  });
});

describe('files that are named', () => {
  test('are read', async () => {
    const { settings, schema } = await readKafkaSettings({ tls: { ca: join(folder, 'ca.pem') }, schema: 'sysflow-5' });
    expect(settings.tls).toEqual({ ca: 'certificate' });
    expect(schema).toMatchObject({ kind: 'record' });
  });

  test.each([
    [{ tls: { ca: 'nowhere.pem' } }, 'kafka-file'],
    [{ schema: 'nowhere.avsc' }, 'kafka-file'],
    [{ schema: 'ca.pem' }, 'source-schema'],
    [{ schema: 'other.avsc' }, 'source-schema'],
  ])('%j is refused with %s', async (config, code) => {
    const inFolder = JSON.parse(
      JSON.stringify(config).replace(/"([a-z]+\.[a-z]+)"/, (_, name: string) => `"${join(folder, name)}"`),
    ) as typeof config;
    await expect(readKafkaSettings(inFolder)).rejects.toMatchObject({ code });
  });
});

test.each([
  ['earliest', 'earliest'],
  ['latest', 'latest'],
  ['2026-05-01', { atMs: Date.UTC(2026, 4, 1) }],
  ['2026-05-01T08:00:00.5Z', { atMs: Date.UTC(2026, 4, 1, 8, 0, 0, 500) }],
  ['yesterday', undefined],
  ['', undefined],
])('--from %s', (text, start) => {
  expect(parseKafkaStart(text)).toEqual(start);
});
