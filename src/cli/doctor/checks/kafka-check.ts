import { randomBytes } from 'node:crypto';
import type {
  FetchedMessages,
  KafkaClient,
  KafkaConsumer,
  PartitionRange,
} from '../../../sources/kafka/kafka-client.ts';
import type { AvroType } from '../../../telemetry/avro/avro-type.ts';
import { TopicDecoder } from '../../../telemetry/messages/topic-decoder.ts';
import type { Timer } from '../../../telemetry/timer.ts';
import { ok, problem, warning, type Check, type Told } from './finding.ts';
import { Sample, SAMPLE_OPTIONS } from './sample.ts';

export interface KafkaCheckOptions {
  readonly name: string;
  readonly topics: readonly string[];
  readonly open: () => Promise<{ readonly client: KafkaClient; readonly schema: AvroType | undefined }>;
  /** Begins the name of the group that samples are read with. */
  readonly group: string;
  readonly timer: Timer;
  /** How long a sample may take, ms. */
  readonly sampleMs: number;
}

/** Newest messages that are looked at of each partition. */
const NEWEST = 50;

/** A source over topics: reachable, its topics, what they hold, and a sample of the newest messages. */
export function kafkaCheck(options: KafkaCheckOptions): Check {
  return {
    name: options.name,
    run: async (tell) => {
      const { client, schema } = await options.open();
      try {
        tell(ok(`reachable: cluster ${await client.cluster()}`));
        const ranges = await client.ranges(options.topics);
        for (const topic of options.topics) {
          const partitions = ranges.get(topic);
          if (partitions === undefined) {
            const hint = 'Check the name, create it, or grant DESCRIBE on it; a run waits until it is there.';
            tell(problem(`there is no topic ${topic}`, hint, 'kafka-topic-missing'));
          } else await tellTopic(topic, partitions, client, schema, options, tell);
        }
      } finally {
        await client.close();
      }
    },
  };
}

/** A topic that alerts are sent to. */
export function kafkaSinkCheck(name: string, topic: string, open: () => Promise<KafkaClient>): Check {
  return {
    name,
    run: async (tell) => {
      const client = await open();
      try {
        const partitions = (await client.ranges([topic])).get(topic);
        if (partitions === undefined) tell(problem(`there is no topic ${topic}`, 'Create it.', 'kafka-topic-missing'));
        else tell(ok(`reachable, topic ${topic} with ${partitions.length} partitions`));
      } finally {
        await client.close();
      }
    },
  };
}

async function tellTopic(
  topic: string,
  partitions: readonly PartitionRange[],
  client: KafkaClient,
  schema: AvroType | undefined,
  options: KafkaCheckOptions,
  tell: (told: Told) => void,
): Promise<void> {
  const sorted = [...partitions].sort((a, b) => a.partition - b.partition);
  const offsets = sorted.map(({ partition, first, end }) => `${partition}: ${first} to ${end}`);
  const shown = offsets.length > 8 ? [...offsets.slice(0, 8), '…'] : offsets;
  tell(ok(`${topic} has ${partitions.length} partitions, offsets ${shown.join(', ')}`));
  const filled = partitions.filter(({ first, end }) => end > first);
  if (filled.length === 0) {
    tell(warning(`${topic} is empty`, 'Check what writes into it; windhover simulate --to can.'));
    return;
  }
  const { timer } = options;
  const decoder = new TopicDecoder({ source: options.name, topic, decode: SAMPLE_OPTIONS, schema });
  const sample = new Sample();
  for (const run of await newest(topic, filled, client, options)) {
    const from = { offset: run.messages[0]?.offset ?? run.next, within: 0 };
    for await (const { batch } of decoder.batches(run, from)) sample.add(batch);
  }
  for (const told of sample.findings(`${topic}, ${decoder.format}`, timer.now(), true)) tell(told);
}

/** The newest messages of each partition, read by a group of its own that commits nothing. */
async function newest(
  topic: string,
  partitions: readonly PartitionRange[],
  client: KafkaClient,
  { group, timer, sampleMs }: KafkaCheckOptions,
): Promise<readonly FetchedMessages[]> {
  const runs: FetchedMessages[] = [];
  const waiting = new Map(partitions.map(({ partition, end }) => [partition, end]));
  let consumer: KafkaConsumer | undefined;
  let finish = (): void => {};
  const over = new Promise<void>((resolve) => (finish = resolve));
  let failure: unknown;
  const cancel = timer.after(sampleMs, () => finish());
  try {
    consumer = await client.consume(`${group}-doctor-${randomBytes(4).toString('hex')}`, [topic], {
      joined: (assigned, seek) => {
        for (const at of assigned) {
          const range = partitions.find(({ partition }) => partition === at.partition);
          if (range !== undefined) seek(at, Math.max(range.first, range.end - NEWEST));
        }
      },
      fetched: (messages) => {
        const end = waiting.get(messages.partition);
        if (end !== undefined) {
          runs.push({ ...messages, messages: messages.messages.slice(0, NEWEST) });
          if (messages.next >= end || messages.messages.length >= NEWEST) waiting.delete(messages.partition);
        }
        if (waiting.size === 0) finish();
        return Promise.resolve();
      },
      ended: (error) => {
        failure = error;
        finish();
      },
    });
    await over;
  } finally {
    cancel();
    await consumer?.stop();
  }
  if (failure !== undefined) throw failure;
  return runs;
}
