import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AlertDocument } from '../../src/hunts/alerts/alert-document.ts';
import { testAlertSink } from '../../src/sinks/alert-sink.conformance.ts';
import { KafkaSink } from '../../src/sinks/kafka/kafka-sink.ts';
import { openKafkaJsProducer } from '../../src/sinks/kafka/kafkajs-producer.ts';
import { latestOf } from '../../src/sinks/testing/memory-sink.ts';
import { testAlert } from '../../src/sinks/testing/test-alert.ts';
import { runWindhover } from '../support/run-windhover.ts';
import { BROKER, CRASH, RealTopics } from './real-topics.ts';

const HUNT = resolve(import.meta.dirname, '../../hunts/node-exploit-shell.hunt.yaml');

describe.skipIf(BROKER === undefined)('alerts to a real Kafka', { timeout: 120_000 }, () => {
  let topics: RealTopics;
  let topic = '';
  let count = 0;

  beforeAll(async () => {
    topics = new RealTopics(BROKER as string);
    await topics.open();
  });
  afterAll(() => topics.close());

  const sink = (): KafkaSink =>
    new KafkaSink({
      name: 'kafka',
      connect: () =>
        openKafkaJsProducer({
          brokers: [BROKER as string],
          topic,
          settings: {},
          makesTopic: false,
          outlivesOutages: false,
        }),
    });

  /** The last message of each key, as a compacted topic has it. */
  async function latest(): Promise<Map<string, AlertDocument>> {
    const found = new Map<string, AlertDocument>();
    const ends = await topics.admin.fetchTopicOffsets(topic);
    let missing = ends.reduce((sum, { high }) => sum + Number(high), 0);
    if (missing === 0) return found;
    const consumer = topics.kafka.consumer({ groupId: topics.name(`reader-${count++}`), maxWaitTimeInMs: 200 });
    await consumer.connect();
    await consumer.subscribe({ topics: [topic], fromBeginning: true });
    await new Promise<void>((resolve, reject) => {
      consumer
        .run({
          eachMessage: async ({ message: { key, value } }) => {
            found.set(String(key), JSON.parse(String(value)) as AlertDocument);
            if (--missing === 0) resolve();
          },
        })
        .catch(reject);
    });
    await consumer.disconnect();
    return found;
  }

  testAlertSink({
    name: 'a real Kafka',
    open: async () => {
      topic = await topics.create(`alerts-${count++}`, 3);
      return sink();
    },
    reopen: async () => sink(),
    latest,
    poison: testAlert('poison', 1, { message: 'x'.repeat(2_000_000) }),
  });

  test.skipIf(CRASH === undefined)(
    'a run leaves there what it logs, though the broker is killed under it',
    async () => {
      topic = await topics.create(`alerts-${count++}`, 3);
      const folder = mkdtempSync(join(tmpdir(), 'windhover-kafka-alerts-'));
      const [telemetry, state, file] = ['sim.ndjson', 'state', 'w.yaml'].map((name) => join(folder, name)) as [
        string,
        string,
        string,
      ];
      const simulate = ['simulate', '--format', 'sysflow-ecs', '--records', '20000', '--hosts', '6', '--seed', '3'];
      await runWindhover([...simulate, '--attacks', 'node-exploit:4', '--out', telemetry]);
      const lines = readFileSync(telemetry, 'utf8').trimEnd().split('\n');
      writeFileSync(
        file,
        `state: ${state}\noutbox: {drain: 120s}\nalerts:\n  - kafka: {brokers: ["${BROKER}"], topic: ${topic}}\n`,
      );
      let crashed: Promise<unknown> | undefined;
      let isAway = (): void => {};
      const away = new Promise<void>((done) => (isAway = done));
      async function* records(): AsyncGenerator<Uint8Array> {
        yield Buffer.from(`${lines.slice(0, 10_000).join('\n')}\n`);
        await away;
        yield Buffer.from(`${lines.slice(10_000).join('\n')}\n`);
      }
      const { code, stderr } = await runWindhover(['run', HUNT, '--source', '-', '--config', file], {
        stdin: records(),
        // The first alert.
        onStdout: () => {
          crashed ??= promisify(execFile)('sh', ['-c', CRASH as string]);
          void crashed.finally(isAway);
        },
        onStderr: (text) => {
          if (text.includes('waiting')) isAway();
        },
      });
      await crashed;
      expect(code, stderr).toBe(0);
      const logged = readFileSync(join(state, 'alerts.ndjson'), 'utf8').trimEnd().split('\n');
      const expected = latestOf(logged.map((line) => JSON.parse(line) as AlertDocument));
      expect(expected.size).toBe(4);
      expect(await latest()).toEqual(expected);
      rmSync(folder, { recursive: true, force: true });
    },
  );
});
