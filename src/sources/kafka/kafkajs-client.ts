import type { Admin, Consumer, ConsumerGroupJoinEvent, EachBatchPayload, InstrumentationEvent, Kafka } from 'kafkajs';
import { SourceError } from '../../errors/windhover-error.ts';
import type { LogMessage } from '../../telemetry/message-log.ts';
import type { ConsumerEvents, KafkaClient, KafkaConsumer, PartitionRange, TopicPartition } from './kafka-client.ts';
import { kafkaProblem } from './kafka-problem.ts';
import { DEFAULT_SESSION_MS, type KafkaSettings } from './kafka-settings.ts';
import { openKafkaJsLibrary } from './open-kafkajs.ts';

/** A fetch waits this long for a message. Ending waits for the running fetch, and so does going on after a pause. */
const FETCH_WAIT_MS = 250;
const FETCH_BYTES_A_PARTITION = 1024 * 1024;
const FETCH_BYTES = 8 * 1024 * 1024;
const METADATA_MS = 30_000;
/** Error of the protocol: the group still has members. */
const NON_EMPTY_GROUP = 68;

/** What the library throws, and does not export. */
interface DeleteGroupsError {
  readonly groups: readonly { readonly errorCode?: number }[];
}

/** The client that kafkajs gives. */
export async function openKafkaJs(brokers: readonly string[], settings: KafkaSettings): Promise<KafkaClient> {
  const kafka = await openKafkaJsLibrary(brokers, settings);
  return new KafkaJsClient(kafka, brokers, settings.sessionMs ?? DEFAULT_SESSION_MS);
}

class KafkaJsClient implements KafkaClient {
  readonly #kafka: Kafka;
  readonly #brokers: readonly string[];
  readonly #sessionMs: number;
  #admin: Promise<Admin> | undefined;

  constructor(kafka: Kafka, brokers: readonly string[], sessionMs: number) {
    this.#kafka = kafka;
    this.#brokers = brokers;
    this.#sessionMs = sessionMs;
  }

  cluster(): Promise<string> {
    return this.#ask(async (admin) => (await admin.describeCluster()).clusterId);
  }

  ranges(topics: readonly string[]): Promise<ReadonlyMap<string, readonly PartitionRange[]>> {
    return this.#ask(async (admin) => {
      // Asking for all creates none, as asking for one may.
      const there = new Map(
        (await admin.fetchTopicMetadata()).topics.map(({ name, partitions }) => [name, partitions]),
      );
      const ranges = new Map<string, readonly PartitionRange[]>();
      for (const topic of topics) {
        const partitions = there.get(topic);
        if (partitions === undefined) continue;
        const offsets = await admin.fetchTopicOffsets(topic);
        ranges.set(
          topic,
          offsets.map(({ partition, low, high }) => ({ partition, first: Number(low), end: Number(high) })),
        );
        // What it remembers of the topic is older than its partitions: asked anew the next time.
        if (offsets.length < partitions.length) await this.#drop();
      }
      return ranges;
    });
  }

  offsetsAt(topic: string, ms: number): Promise<ReadonlyMap<number, number>> {
    return this.#ask(async (admin) => {
      const offsets = await admin.fetchTopicOffsetsByTimestamp(topic, ms);
      return new Map(offsets.map(({ partition, offset }) => [partition, Number(offset)]));
    });
  }

  async members(group: string): Promise<number> {
    try {
      return await this.#ask(async (admin) => {
        const { groups } = await admin.describeGroups([group]);
        return groups.find(({ groupId }) => groupId === group)?.members.length ?? 0;
      });
    } catch (error) {
      if (error instanceof SourceError && error.code === 'kafka-permission') return 0;
      throw error;
    }
  }

  async removeGroup(group: string): Promise<boolean> {
    try {
      this.#admin ??= this.#connect();
      await (await this.#admin).deleteGroups([group]);
      return true;
    } catch (error) {
      const { groups = [] } = error as Partial<DeleteGroupsError>;
      return !groups.some(({ errorCode }) => errorCode === NON_EMPTY_GROUP);
    }
  }

  async consume(group: string, topics: readonly string[], events: ConsumerEvents): Promise<KafkaConsumer> {
    const consumer = this.#kafka.consumer({
      groupId: group,
      sessionTimeout: this.#sessionMs,
      rebalanceTimeout: this.#sessionMs * 3,
      heartbeatInterval: Math.floor(this.#sessionMs / 4),
      maxWaitTimeInMs: FETCH_WAIT_MS,
      maxBytesPerPartition: FETCH_BYTES_A_PARTITION,
      maxBytes: FETCH_BYTES,
      metadataMaxAge: METADATA_MS,
      allowAutoTopicCreation: false,
    });
    const running = new RunningConsumer(consumer, events, (error) => kafkaProblem(error, this.#brokers));
    try {
      await running.start(topics);
    } catch (error) {
      await running.stop();
      throw kafkaProblem(error, this.#brokers);
    }
    return running;
  }

  async close(): Promise<void> {
    await this.#drop();
  }

  async #ask<T>(question: (admin: Admin) => Promise<T>): Promise<T> {
    try {
      this.#admin ??= this.#connect();
      return await question(await this.#admin);
    } catch (error) {
      // A client that failed once may remember brokers and leaders that are no more.
      await this.#drop();
      throw kafkaProblem(error, this.#brokers);
    }
  }

  async #connect(): Promise<Admin> {
    const admin = this.#kafka.admin();
    await admin.connect();
    return admin;
  }

  async #drop(): Promise<void> {
    const admin = this.#admin;
    this.#admin = undefined;
    await admin?.then((each) => each.disconnect()).catch(() => {});
  }
}

class RunningConsumer implements KafkaConsumer {
  readonly #consumer: Consumer;
  readonly #events: ConsumerEvents;
  readonly #explain: (error: unknown) => SourceError;
  readonly #assigned = new Map<string, number[]>();
  #stopped = false;

  constructor(consumer: Consumer, events: ConsumerEvents, explain: (error: unknown) => SourceError) {
    this.#consumer = consumer;
    this.#events = events;
    this.#explain = explain;
  }

  async start(topics: readonly string[]): Promise<void> {
    const consumer = this.#consumer;
    consumer.on(consumer.events.GROUP_JOIN, (event) => this.#joined(event));
    consumer.on(consumer.events.CRASH, ({ payload }) => {
      if (!this.#stopped) this.#events.ended(this.#explain(payload.error));
    });
    consumer.on(consumer.events.START_BATCH_PROCESS, (event) => this.#passedOver(event));
    await consumer.connect();
    await consumer.subscribe({ topics: [...topics], fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      eachBatch: (payload) => this.#fetched(payload),
    });
  }

  pause(partitions?: readonly TopicPartition[]): void {
    if (!this.#stopped) this.#consumer.pause(this.#those(partitions));
  }

  resume(partitions?: readonly TopicPartition[]): void {
    if (!this.#stopped) this.#consumer.resume(this.#those(partitions));
  }

  seek({ topic, partition }: TopicPartition, offset: number): void {
    if (!this.#stopped) this.#consumer.seek({ topic, partition, offset: String(offset) });
  }

  async commit(offsets: readonly (TopicPartition & { readonly offset: number })[]): Promise<void> {
    await this.#consumer.commitOffsets(
      offsets.map(({ topic, partition, offset }) => ({ topic, partition, offset: String(offset) })),
    );
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#consumer.disconnect().catch(() => {});
  }

  #topics(): { topic: string; partitions: number[] }[] {
    return [...this.#assigned].map(([topic, partitions]) => ({ topic, partitions }));
  }

  #those(partitions: readonly TopicPartition[] | undefined): { topic: string; partitions: number[] }[] {
    return partitions?.map(({ topic, partition }) => ({ topic, partitions: [partition] })) ?? this.#topics();
  }

  #joined({ payload }: ConsumerGroupJoinEvent): void {
    this.#assigned.clear();
    for (const [topic, partitions] of Object.entries(payload.memberAssignment)) this.#assigned.set(topic, partitions);
    const assigned = this.#topics().flatMap(({ topic, partitions }) =>
      partitions.map((partition) => ({ topic, partition })),
    );
    // Before the first fetch: a seek takes effect with the next one.
    this.#events.joined(assigned, (partition, offset) => this.seek(partition, offset));
  }

  async #fetched({ batch, resolveOffset, heartbeat, isRunning, isStale }: EachBatchPayload): Promise<void> {
    if (this.#stopped || !isRunning() || isStale()) return;
    const { topic, partition, messages } = batch;
    const last = messages.at(-1);
    if (last === undefined) return;
    const own: LogMessage[] = [];
    for (const { offset, value } of messages) own.push({ offset: Number(offset), value });
    // The type does not tell, the object does: the offset that was asked for.
    const { fetchedOffset } = batch as { readonly fetchedOffset?: string };
    const from = fetchedOffset === undefined ? undefined : Number(fetchedOffset);
    const next = Number(batch.lastOffset()) + 1;
    const end = endOf(batch.highWatermark);
    // First, so that a seek which the other side answers with is not undone by it.
    resolveOffset(last.offset);
    await this.#events.fetched({ topic, partition, from, messages: own, next, end }, heartbeat);
  }

  /** Messages of transactions that are not shown: the client passes over them by itself. */
  #passedOver({
    payload,
  }: InstrumentationEvent<{ topic: string; partition: number; batchSize: number; lastOffset: string }>): void {
    if (this.#stopped || payload.batchSize > 0) return;
    const { topic, partition, lastOffset } = payload;
    const passed = { topic, partition, from: undefined, messages: [], next: Number(lastOffset) + 1 };
    void this.#events.fetched(passed, () => Promise.resolve());
  }
}

/** The high watermark of a fetch; brokers that do not know it say -1. */
function endOf(highWatermark: string): number | undefined {
  const end = Number(highWatermark);
  return Number.isSafeInteger(end) && end >= 0 ? end : undefined;
}
