import { SourceError } from '../../errors/windhover-error.ts';
import type { LogNotice, MessageRun } from '../../telemetry/message-log.ts';
import type { MessageRange, PartitionStretch } from '../../telemetry/message-range.ts';
import type { Timer } from '../../telemetry/timer.ts';
import { BrokerPatience, START_PATIENCE_MS } from './broker-patience.ts';
import { misfitOf } from './fetch-state.ts';
import type { ConsumerEvents, FetchedMessages, KafkaClient, KafkaConsumer, TopicPartition } from './kafka-client.ts';
import { LogNotices } from './log-notices.ts';
import { Outage } from './outage.ts';
import { partitionStretches, type OffsetRange, type StretchQuestion } from './partition-stretches.ts';
import { RunQueue } from './run-queue.ts';
import { Waits } from './waits.ts';

export interface KafkaRangeOptions {
  /** As messages name it: `kafka://…`. */
  readonly place: string;
  readonly topics: readonly string[];
  /** Nobody else's: it is deleted at the end, and holds no offsets. */
  readonly group: string;
  readonly client: KafkaClient;
  readonly timer: Timer;
  /** Event time from which on records are wanted, ms; absent: all that the topics hold. */
  readonly fromMs?: number | undefined;
  /** Of topics that are named here these offsets are read, whatever their times. */
  readonly offsets?: readonly OffsetRange[];
}

/** Clocks of those who send may be wrong by this much, ms: so much earlier reading begins. As for other histories. */
const MARGIN_MS = 86_400_000;
/** What is fetched ahead, over all partitions; but of each at least, and at most. */
const QUEUE_BYTES = 32 * 1024 * 1024;
const LEAST_QUEUE_BYTES = 256 * 1024;
const MOST_QUEUE_BYTES = 8 * 1024 * 1024;
/** Brokers that go away later are waited for longer than at the start. */
const PATIENCE_MS = 600_000;
const LOOK_MS = 15_000;
/** A partition that stands still though there is something to be read: the consumer is started anew; then it is given up. */
const STALL_MS = 60_000;
const MOST_STALLS = 3;
const STOP_MS = 5000;
/** A member that was left behind may still be leaving. */
const REMOVE_MS = 10_000;
const REMOVE_AGAIN_MS = 250;

interface ReadPartition extends TopicPartition {
  readonly queue: RunQueue;
  readonly end: number;
  /** Everything before has been queued. */
  expected: number;
  paused: boolean;
  movedMs: number;
  stalls: number;
}

/**
 * Stretches of the partitions of topics, up to the ends that they have when reading begins. Each partition is fetched by
 * itself and held back where its messages are not wanted yet, so that partitions can be merged by time.
 */
export class KafkaRange implements MessageRange {
  readonly #options: KafkaRangeOptions;
  readonly #partitions = new Map<string, ReadPartition>();
  readonly #outage = new Outage();
  readonly #waits: Waits;
  #notices: LogNotices;
  #consumer: KafkaConsumer | undefined;
  #hasConsumed = false;
  #hasJoined = false;
  /** Goes up whenever another consumer takes over: what an earlier one still tells is not heard. */
  #generation = 0;
  #awaySince = 0;
  #closed = false;
  #failure: unknown;

  constructor(options: KafkaRangeOptions) {
    this.#options = options;
    this.#waits = new Waits(options.timer);
    this.#notices = new LogNotices(options.place, () => {});
  }

  async open(known: StretchQuestion['known'], tell: (notice: LogNotice) => void): Promise<readonly PartitionStretch[]> {
    const { client, topics, place, fromMs, offsets = [], timer } = this.#options;
    this.#notices = new LogNotices(place, tell);
    const since = timer.now();
    const patience = new BrokerPatience({
      timer,
      waits: this.#waits,
      outage: this.#outage,
      notices: this.#notices,
      isClosed: () => this.#closed,
    });
    const cluster = await patience.reach(() => client.cluster());
    if (known.some((each) => each.cluster !== cluster)) {
      throw new SourceError('kafka-other-cluster', `${place} is another cluster than the one the backtest began with`, {
        hint: 'Begin the backtest anew, with another --state folder.',
      });
    }
    const ranges = await patience.reach(() => client.ranges(topics));
    const missing = topics.filter((topic) => !ranges.has(topic));
    if (missing.length > 0) throw topicMissing(missing);
    const times = new Map<string, { at: ReadonlyMap<number, number>; before: ReadonlyMap<number, number> }>();
    for (const topic of fromMs === undefined || known.length > 0 ? [] : topics) {
      const ask = (ms: number) => patience.reach(() => client.offsetsAt(topic, Math.max(1, ms)));
      times.set(topic, { at: await ask(fromMs as number), before: await ask((fromMs as number) - MARGIN_MS) });
    }
    if (this.#outage.end()) this.#notices.back();
    const stretches = partitionStretches({ topics, ranges, fromMs, times, offsets, known, cluster });
    const share = QUEUE_BYTES / Math.max(1, stretches.length);
    const capacity = Math.min(MOST_QUEUE_BYTES, Math.max(LEAST_QUEUE_BYTES, share));
    for (const { topic, partition, offset, end } of stretches) {
      const queue = new RunQueue(capacity);
      const state = { topic, partition, queue, end, expected: offset, paused: false, movedMs: since, stalls: 0 };
      this.#partitions.set(keyOf({ topic, partition }), state);
    }
    for (const topic of topics)
      this.#notices.range(
        topic,
        stretches.filter((each) => each.topic === topic),
        fromMs,
      );
    if ([...this.#partitions.values()].some(isUnread)) {
      await this.#start();
      this.#after(LOOK_MS, () => this.#look());
    }
    return stretches;
  }

  async next(topic: string, partition: number): Promise<MessageRun | undefined> {
    const state = this.#partitions.get(keyOf({ topic, partition }));
    if (state === undefined) return undefined;
    for (;;) {
      if (this.#closed) return undefined;
      const run = state.queue.shift();
      if (run !== undefined) {
        if (state.paused && !state.queue.isFull && isUnread(state)) this.#resume(state);
        return run;
      }
      if (!isUnread(state)) return undefined;
      if (this.#failure !== undefined) throw this.#failure;
      await state.queue.changed();
    }
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    for (const { queue } of this.#partitions.values()) queue.wake();
    const { client } = this.#options;
    this.#generation++;
    await this.#stopConsumer();
    if (this.#hasConsumed) await this.#waits.within(REMOVE_MS, this.#removeGroup());
    await this.#waits.within(STOP_MS, client.close());
    this.#waits.cancel();
  }

  async #removeGroup(): Promise<void> {
    const { client, group } = this.#options;
    while (!(await client.removeGroup(group))) await this.#waits.sleep(REMOVE_AGAIN_MS);
  }

  async #start(): Promise<void> {
    const { client, group } = this.#options;
    const generation = ++this.#generation;
    const isCurrent = (): boolean => generation === this.#generation && !this.#closed;
    const unread = [...this.#partitions.values()].filter(isUnread);
    for (const state of this.#partitions.values()) state.paused = false;
    const events: ConsumerEvents = {
      joined: (_assigned, seek) => {
        if (!isCurrent()) return;
        this.#hasJoined = true;
        if (this.#outage.end()) this.#notices.back();
        for (const state of this.#partitions.values()) if (isUnread(state)) seek(state, state.expected);
      },
      fetched: async (messages) => {
        if (isCurrent()) await this.#fetched(messages, isCurrent);
      },
      ended: (error) => {
        if (isCurrent()) this.#ended(error);
      },
    };
    this.#hasConsumed = true;
    try {
      const consumer = await client.consume(group, [...new Set(unread.map(({ topic }) => topic))], events);
      if (isCurrent()) this.#consumer = consumer;
      else await consumer.stop();
    } catch (error) {
      if (isCurrent()) this.#ended(error);
    }
  }

  async #fetched({ topic, partition, from, messages, next }: FetchedMessages, isCurrent: () => boolean): Promise<void> {
    const state = this.#partitions.get(keyOf({ topic, partition }));
    if (state === undefined || !isUnread(state)) {
      this.#consumer?.pause([{ topic, partition }]);
      return;
    }
    if (from !== undefined && from !== state.expected && !(await this.#fits(state, from))) return;
    if (!isCurrent()) return;
    const wanted = messages.filter(({ offset }) => offset >= state.expected && offset < state.end);
    const reached = Math.min(Math.max(state.expected, next), state.end);
    if (reached === state.expected) return;
    state.expected = reached;
    state.movedMs = this.#options.timer.now();
    state.stalls = 0;
    state.queue.push({ topic, partition, messages: wanted, next: reached, end: state.end });
    if (isUnread(state) && !state.queue.isFull) return;
    state.paused = true;
    this.#consumer?.pause([{ topic, partition }]);
  }

  /** Whether what was fetched from another offset than expected can be used; if not, the right one is sought. */
  async #fits(state: ReadPartition, from: number): Promise<boolean> {
    const { topic, partition } = state;
    const ranges = await this.#options.client.ranges([topic]).catch(() => undefined);
    const range = ranges?.get(topic)?.find((each) => each.partition === partition);
    const misfit = range === undefined ? undefined : misfitOf(state.expected, range);
    if (misfit?.kind === 'anew') {
      this.#fail(topicMissing([topic]));
      return false;
    }
    if (misfit !== undefined) {
      const expected = state.expected;
      this.#notices.misfit(state, expected, misfit);
      state.expected = Math.min(misfit.first, state.end);
      state.queue.push({ topic, partition, messages: [], next: state.expected, lostFrom: expected, end: state.end });
      if (from === state.expected) return true;
    }
    this.#consumer?.seek(state, state.expected);
    return false;
  }

  #resume(state: ReadPartition): void {
    state.paused = false;
    state.movedMs = this.#options.timer.now();
    this.#consumer?.resume([{ topic: state.topic, partition: state.partition }]);
  }

  #ended(error: unknown): void {
    const stopped = this.#stopConsumer();
    const generation = ++this.#generation;
    const now = this.#options.timer.now();
    if (!this.#outage.isOn) this.#awaySince = now;
    const patience = this.#hasJoined ? PATIENCE_MS : START_PATIENCE_MS;
    const mayPass = error instanceof SourceError && error.retriable && now - this.#awaySince < patience;
    if (!mayPass) return this.#fail(error);
    if (this.#outage.begin(error.code)) this.#notices.away(error);
    this.#after(this.#outage.nextDelay(), async () => {
      await stopped;
      if (generation === this.#generation) await this.#start();
    });
  }

  /** Whether everything moves that is waited for. */
  async #look(): Promise<void> {
    const now = this.#options.timer.now();
    const still = [...this.#partitions.values()].filter(
      (state) => isUnread(state) && !state.paused && now - state.movedMs >= STALL_MS,
    );
    if (still.length > 0 && !this.#outage.isOn) {
      const [first] = still as [ReadPartition];
      for (const state of still) {
        state.movedMs = now;
        state.stalls++;
      }
      if (first.stalls >= MOST_STALLS) return this.#fail(stands(first));
      this.#notices.stalled(first, first.end - first.expected, STALL_MS);
      this.#generation++;
      await this.#stopConsumer();
      await this.#start();
    }
    this.#after(LOOK_MS, () => this.#look());
  }

  #fail(error: unknown): void {
    this.#failure ??= error;
    this.#generation++;
    void this.#stopConsumer();
    for (const { queue } of this.#partitions.values()) queue.wake();
  }

  async #stopConsumer(): Promise<void> {
    const consumer = this.#consumer;
    this.#consumer = undefined;
    if (consumer !== undefined) await this.#waits.within(STOP_MS, consumer.stop());
  }

  #after(ms: number, action: () => Promise<void>): void {
    if (this.#closed || this.#failure !== undefined) return;
    this.#waits.after(ms, () => {
      action().catch((error: unknown) => this.#fail(error));
    });
  }
}

function keyOf({ topic, partition }: TopicPartition): string {
  return `${topic}/${partition}`;
}

function isUnread({ expected, end }: ReadPartition): boolean {
  return expected < end;
}

function topicMissing(topics: readonly string[]): SourceError {
  return new SourceError('kafka-topic-missing', `There is no topic ${topics.join(', ')}, or it may not be seen`, {
    hint: 'See that the name is right, and that DESCRIBE on the topic is allowed.',
  });
}

function stands({ topic, partition, expected, end }: ReadPartition): SourceError {
  const what = `${topic}/${partition} gives nothing from offset ${expected} on, though it ends at ${end}`;
  return new SourceError('kafka-stalled', what, {
    hint: 'A transaction may be open: wait until it has ended, or read up to before it (--offsets).',
    retriable: true,
  });
}
