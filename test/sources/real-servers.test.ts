import { afterAll, beforeAll, describe } from 'vitest';
import { systemTimer } from '../../src/cli/system-timer.ts';
import { openElastic } from '../../src/sources/elastic/elastic-client.ts';
import { ElasticHistory } from '../../src/sources/elastic/elastic-history.ts';
import { openKafkaJs } from '../../src/sources/kafka/kafkajs-client.ts';
import { testSource, type SourceReading } from '../../src/telemetry/source-port.conformance.ts';
import { RealIndices, SERVER } from '../elastic/real-indices.ts';
import { BROKER, RealTopics } from '../kafka/real-topics.ts';
import { documentsOf } from './documents-of.ts';
import { readHistory, readLog } from './read-ports.ts';

const timer = systemTimer(Date.now);
let number = 0;

// Servers are started as CONTRIBUTING.md says; where there are none this is reported as skipped.
describe.skipIf(SERVER === undefined)('a server of its own', { timeout: 60_000 }, () => {
  let indices: RealIndices;
  let index = '';
  beforeAll(() => {
    indices = new RealIndices(SERVER as string);
  });
  afterAll(() => indices.close());

  const read = (name: string, position: unknown): SourceReading => {
    let reading: SourceReading | undefined;
    const opened = (async () => {
      const gateway = await openElastic(SERVER as string, {});
      reading = readHistory(new ElasticHistory({ place: name, index: name, gateway, timer }), position);
      return reading;
    })();
    return {
      next: async () => (await opened).next(),
      close: async () => (await opened).close(),
    };
  };

  testSource({
    name: 'Elasticsearch',
    endless: false,
    hold: async (items) => {
      index = await indices.create(`items-${++number}`);
      await indices.fill(index, documentsOf(items));
    },
    read: (position) => read(index, position),
    missing: () => read('nowhere', undefined),
    missingName: 'nowhere',
  });
});

describe.skipIf(BROKER === undefined)('a broker of its own', { timeout: 60_000 }, () => {
  let topics: RealTopics;
  let topic = '';
  beforeAll(async () => {
    topics = new RealTopics(BROKER as string);
    await topics.open();
  });
  afterAll(() => topics.close());
  const produce = (items: readonly string[]): Promise<void> =>
    topics.produce(
      topic,
      items.map((value) => ({ value, partition: 0 })),
    );

  testSource({
    name: 'Kafka',
    endless: true,
    hold: async (items) => {
      topic = await topics.create(`items-${++number}`);
      if (items.length > 0) await produce(items);
    },
    add: produce,
    read: (position) => {
      const group = topics.name(`group-${++number}`);
      const options = { place: topic, topics: [topic], group, start: 'earliest', timer, sessionMs: 3000 } as const;
      return readLog(async () => ({ ...options, client: await openKafkaJs([BROKER as string], {}) }), position);
    },
  });
});
