import type { SourceError } from '../../../errors/windhover-error.ts';
import type { LogMessage } from '../../../telemetry/message-log.ts';
import type {
  ConsumerEvents,
  FetchedMessages,
  KafkaClient,
  KafkaConsumer,
  PartitionRange,
  TopicPartition,
} from '../kafka-client.ts';

interface MemoryPartition {
  first: number;
  /** Message at offset `first + i`; holes of transactions are `undefined`. */
  messages: (Uint8Array | null | undefined)[];
  /** Nothing is given out, and nobody is told: the silent stall. */
  stalled: boolean;
}

interface Committed extends TopicPartition {
  readonly offset: number;
}

/**
 * A Kafka cluster in memory, for tests without a clock. Its consumers behave as those of kafkajs do, the awkward ways
 * included: where nothing is sought they begin at the beginning, offsets out of range are reset to it without a word, a
 * stop of the brokers ends them, after a rebalance everything begins anew, and what was under way still comes.
 */
export class MemoryKafka {
  readonly #topics = new Map<string, MemoryPartition[]>();
  readonly #members = new Map<string, Set<MemoryConsumer | string>>();
  readonly committed: Committed[] = [];
  /** Groups that were deleted. */
  readonly removed: string[] = [];
  clusterId = 'memory';
  /** At most so many messages a fetch. */
  fetchSize = 3;
  /** Messages that have been given out, whoever took them. */
  fetched = 0;
  /** How often consumers were started. */
  started = 0;
  #failure: SourceError | undefined;

  topic(name: string, partitions = 1): void {
    const present = this.#topics.get(name) ?? [];
    while (present.length < partitions) present.push({ first: 0, messages: [], stalled: false });
    this.#topics.set(name, present);
  }

  deleteTopic(name: string): void {
    this.#topics.delete(name);
  }

  /** `undefined` stands for a marker of a transaction: an offset without a message. */
  produce(topic: string, partition: number, ...values: (string | Uint8Array | null | undefined)[]): void {
    const { messages } = this.#partition({ topic, partition });
    for (const value of values) messages.push(typeof value === 'string' ? Buffer.from(value) : value);
    this.#wake();
  }

  /** Retention: what lies before `first` is gone. */
  expire(topic: string, partition: number, first: number): void {
    const at = this.#partition({ topic, partition });
    at.messages.splice(0, first - at.first);
    at.first = first;
  }

  stall(topic: string, partition: number, stalled: boolean): void {
    this.#partition({ topic, partition }).stalled = stalled;
  }

  /** All brokers are away, or refuse; `undefined`: they are back. */
  fail(failure: SourceError | undefined): void {
    this.#failure = failure;
    if (failure !== undefined) for (const consumer of this.#consumers()) consumer.crash(failure);
  }

  /** Somebody else in the group, who gets a half of the partitions. */
  join(group: string, member: string): void {
    this.#group(group).add(member);
    this.rebalance();
  }

  leave(group: string, member: string): void {
    this.#group(group).delete(member);
    this.rebalance();
  }

  /** Takes a member out without its knowing, as a process that was killed. */
  forget(group: string): void {
    for (const member of this.#group(group)) if (typeof member !== 'string') member.kill();
    this.#members.delete(group);
  }

  pausedMembers(group: string): number {
    return [...this.#group(group)].filter((member) => typeof member !== 'string' && member.isPaused).length;
  }

  rebalance(): void {
    for (const consumer of this.#consumers()) consumer.rejoin();
  }

  client(): KafkaClient {
    const answer = async <T>(question: () => T): Promise<T> => {
      await Promise.resolve();
      if (this.#failure !== undefined) throw this.#failure;
      return question();
    };
    return {
      cluster: () => answer(() => this.clusterId),
      ranges: (topics) => answer(() => this.#ranges(topics)),
      // Messages carry their offsets as times.
      offsetsAt: (topic, ms) =>
        answer(() => new Map(this.#rangesOf(topic).map(({ partition, end }) => [partition, Math.min(ms, end)]))),
      members: (group) => answer(() => this.#group(group).size),
      removeGroup: async (group) => {
        await Promise.resolve();
        if (this.#group(group).size > 0) return false;
        this.removed.push(group);
        this.#members.delete(group);
        return true;
      },
      consume: (group, topics, events) =>
        answer(() => {
          this.started++;
          const consumer = new MemoryConsumer(this, group, topics, events);
          this.#group(group).add(consumer);
          consumer.rejoin();
          return consumer;
        }),
      close: () => Promise.resolve(),
    };
  }

  /** The partitions of a member: all, or every second one beside others. */
  assigned(group: string, topics: readonly string[]): TopicPartition[] {
    const all = topics.flatMap((topic) => this.#rangesOf(topic).map(({ partition }) => ({ topic, partition })));
    return this.#group(group).size > 1 ? all.filter((_, i) => i % 2 === 0) : all;
  }

  /** The next messages of a partition; `from` is the offset that counted, reset where it was out of range. */
  fetch(at: TopicPartition, wanted: number): Omit<FetchedMessages, keyof TopicPartition> | undefined {
    const partition = this.#topics.get(at.topic)?.[at.partition];
    if (partition === undefined || partition.stalled || this.#failure !== undefined) return undefined;
    const { first, messages: all } = partition;
    const end = first + all.length;
    const from = wanted < first || wanted > end ? first : wanted;
    const next = Math.min(end, from + this.fetchSize);
    if (next === from) return undefined;
    const messages: LogMessage[] = [];
    for (let offset = from; offset < next; offset++) {
      const value = all[offset - first];
      if (value !== undefined) messages.push({ offset, value });
    }
    return { from, messages, next, end };
  }

  /** Groups that somebody has joined. */
  get groups(): string[] {
    return [...this.#members].filter(([, members]) => members.size > 0).map(([group]) => group);
  }

  gone(group: string, consumer: MemoryConsumer): void {
    this.#group(group).delete(consumer);
  }

  #wake(): void {
    for (const consumer of this.#consumers()) consumer.wake();
  }

  *#consumers(): Generator<MemoryConsumer> {
    for (const members of this.#members.values()) {
      for (const member of [...members]) if (typeof member !== 'string') yield member;
    }
  }

  #group(name: string): Set<MemoryConsumer | string> {
    let group = this.#members.get(name);
    if (group === undefined) {
      group = new Set();
      this.#members.set(name, group);
    }
    return group;
  }

  #partition({ topic, partition }: TopicPartition): MemoryPartition {
    const found = this.#topics.get(topic)?.[partition];
    if (found === undefined) throw new Error(`there is no ${topic}/${partition}`);
    return found;
  }

  #ranges(topics: readonly string[]): ReadonlyMap<string, PartitionRange[]> {
    return new Map(
      topics.filter((topic) => this.#topics.has(topic)).map((topic) => [topic, this.#rangesOf(topic)] as const),
    );
  }

  #rangesOf(topic: string): PartitionRange[] {
    return (this.#topics.get(topic) ?? []).map(({ first, messages }, partition) => ({
      partition,
      first,
      end: first + messages.length,
    }));
  }
}

class MemoryConsumer implements KafkaConsumer {
  readonly #kafka: MemoryKafka;
  readonly #group: string;
  readonly #topics: readonly string[];
  readonly #events: ConsumerEvents;
  /** What is fetched next, by partition. */
  readonly #offsets = new Map<string, number>();
  #assigned: readonly TopicPartition[] = [];
  #generation = 0;
  #paused = false;
  readonly #pausedPartitions = new Set<string>();
  #ended = false;
  #killed = false;
  #wake: () => void = () => {};

  constructor(kafka: MemoryKafka, group: string, topics: readonly string[], events: ConsumerEvents) {
    this.#kafka = kafka;
    this.#group = group;
    this.#topics = topics;
    this.#events = events;
  }

  rejoin(): void {
    if (this.#ended) return;
    const generation = ++this.#generation;
    this.#assigned = this.#kafka.assigned(this.#group, this.#topics);
    this.#offsets.clear();
    this.#events.joined(this.#assigned, (at, offset) => this.seek(at, offset));
    this.wake();
    void this.#fetchLoop(generation);
  }

  async #fetchLoop(generation: number): Promise<void> {
    const isCurrent = (): boolean => !this.#ended && generation === this.#generation;
    await Promise.resolve();
    while (isCurrent()) {
      let fetched = false;
      for (const at of this.#paused ? [] : this.#assigned) {
        const key = `${at.topic}/${at.partition}`;
        if (this.#pausedPartitions.has(key)) continue;
        const batch = this.#kafka.fetch(at, this.#offsets.get(key) ?? 0);
        if (batch === undefined) continue;
        fetched = true;
        this.#offsets.set(key, batch.next);
        this.#kafka.fetched += batch.messages.length;
        // What is under way comes, also after the consumer was stopped or the group divided anew.
        for (let turn = 0; turn < 5; turn++) await Promise.resolve();
        if (this.#killed) return;
        try {
          await this.#events.fetched({ ...at, ...batch }, async () => {
            if (!isCurrent()) throw new Error('the group is being divided anew');
          });
        } catch {
          return;
        }
        if (!isCurrent()) return;
      }
      if (!fetched) await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  wake(): void {
    this.#wake();
  }

  crash(error: SourceError): void {
    this.#end();
    this.#kafka.gone(this.#group, this);
    this.#events.ended(error);
  }

  /** As a process that was killed: nothing is heard of it any more. */
  kill(): void {
    this.#killed = true;
    this.#end();
  }

  #end(): void {
    this.#ended = true;
    this.#wake();
  }

  get isPaused(): boolean {
    return this.#paused;
  }

  pause(partitions?: readonly TopicPartition[]): void {
    if (partitions === undefined) this.#paused = true;
    for (const { topic, partition } of partitions ?? []) this.#pausedPartitions.add(`${topic}/${partition}`);
  }

  resume(partitions?: readonly TopicPartition[]): void {
    if (partitions === undefined) this.#paused = false;
    for (const { topic, partition } of partitions ?? []) this.#pausedPartitions.delete(`${topic}/${partition}`);
    this.#wake();
  }

  seek({ topic, partition }: TopicPartition, offset: number): void {
    this.#offsets.set(`${topic}/${partition}`, offset);
    this.#wake();
  }

  async commit(offsets: readonly Committed[]): Promise<void> {
    this.#kafka.committed.push(...offsets.map(({ topic, partition, offset }) => ({ topic, partition, offset })));
  }

  async stop(): Promise<void> {
    this.#end();
    this.#kafka.gone(this.#group, this);
  }
}
