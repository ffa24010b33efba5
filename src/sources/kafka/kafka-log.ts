import { SourceError } from '../../errors/windhover-error.ts';
import type { LogNotice, LogPosition, MessageLog, MessageRun } from '../../telemetry/message-log.ts';
import type { Timer } from '../../telemetry/timer.ts';
import { BrokerPatience } from './broker-patience.ts';
import { FetchStates, misfitOf, type FetchState, type Misfit } from './fetch-state.ts';
import { GroupMembers } from './group-members.ts';
import { GroupCommits } from './group-commits.ts';
import type {
  ConsumerEvents,
  FetchedMessages,
  KafkaClient,
  KafkaConsumer,
  PartitionRange,
  TopicPartition,
} from './kafka-client.ts';
import { DEFAULT_SESSION_MS, type KafkaStart } from './kafka-settings.ts';
import { groupTaken, LogNotices } from './log-notices.ts';
import { Outage } from './outage.ts';
import { RunQueue } from './run-queue.ts';
import { startPositions } from './start-positions.ts';
import { Waits } from './waits.ts';

export interface KafkaLogOptions {
  /** As messages name it: `kafka://…`. */
  readonly place: string;
  readonly topics: readonly string[];
  readonly group: string;
  readonly start: KafkaStart;
  readonly client: KafkaClient;
  readonly timer: Timer;
  readonly sessionMs?: number | undefined;
}

/** Messages are fetched ahead of the engine up to this many bytes, and one fetch. */
const QUEUE_BYTES = 8 * 1024 * 1024;
/** While the engine is behind, fetching waits this long in the handler; then it is paused. */
const HOLD_MS = 3000;
const BEAT_MS = 500;
/** How often it is looked for new topics and partitions, and whether everything moves. */
const LOOK_MS = 15_000;
/** A partition that stands still though there is something to be read: after this long the consumer is started anew. */
const STALL_MS = 60_000;
const MOST_PATIENT = 16;
/** A client that does not end is left behind. */
const STOP_MS = 5000;
/** What does not change while the process lives. */
const FINAL = new Set(['kafka-codec', 'kafka-group-taken', 'kafka-group-shared']);

/**
 * The topics of a Kafka source as one log. Positions are the owner's: each partition is read from where it says, each
 * message once and in order, whatever rebalances, restarts and stalls the client goes through. What has gone by unread is
 * told as a hole.
 */
export class KafkaLog implements MessageLog {
  readonly #options: KafkaLogOptions;
  readonly #queue = new RunQueue(QUEUE_BYTES);
  readonly #states = new FetchStates();
  readonly #outage = new Outage();
  readonly #commits: GroupCommits;
  readonly #members: GroupMembers;
  readonly #missing = new Set<string>();
  readonly #waits: Waits;
  #notices: LogNotices;
  #consumer: KafkaConsumer | undefined;
  /** Goes up whenever another consumer takes over: what an earlier one still tells is not heard. */
  #generation = 0;
  #hasJoined = false;
  #paused = false;
  #closed = false;
  #failure: unknown;

  constructor(options: KafkaLogOptions) {
    this.#options = options;
    this.#waits = new Waits(options.timer);
    this.#members = new GroupMembers({
      ...options,
      sessionMs: options.sessionMs ?? DEFAULT_SESSION_MS,
      waits: this.#waits,
      isClosed: () => this.#closed,
    });
    this.#notices = new LogNotices(options.place, () => {});
    this.#commits = new GroupCommits(options.timer, async (offsets) => this.#consumer?.commit(offsets));
  }

  async open(
    known: readonly LogPosition[],
    tell: (notice: LogNotice) => void,
    fromMs?: number,
  ): Promise<readonly LogPosition[]> {
    const { client, topics, place } = this.#options;
    const start = fromMs === undefined ? this.#options.start : { atMs: fromMs };
    this.#notices = new LogNotices(place, tell);
    const patience = this.#patience();
    const cluster = await patience.reach(() => client.cluster());
    if (known.some((each) => each.cluster !== cluster)) this.#notices.otherCluster();
    const ranges = await patience.reach(() => client.ranges(topics));
    const atMs = typeof start === 'object' ? start.atMs : undefined;
    const times = new Map<string, ReadonlyMap<number, number>>();
    for (const topic of atMs === undefined ? [] : ranges.keys()) {
      times.set(topic, await patience.reach(() => client.offsetsAt(topic, atMs as number)));
    }
    const own = known.filter((each) => each.cluster === cluster);
    const { positions, missing, misfits } = startPositions({
      topics,
      ranges,
      times,
      known: own,
      start,
      lead: fromMs === undefined ? 0 : 1,
      cluster,
    });
    for (const topic of missing) {
      this.#missing.add(topic);
      this.#notices.missing(topic);
    }
    for (const { at, expected, misfit } of misfits) this.#notices.misfit(at, expected, misfit);
    await this.#members.awaitNobody(patience, this.#notices);
    for (const { topic, partition, offset } of positions) {
      if (!this.#missing.has(topic)) this.#states.of({ topic, partition }).expected = offset;
    }
    await this.#start();
    this.#after(LOOK_MS, () => this.#lookAgain());
    return positions;
  }

  async next(): Promise<MessageRun | undefined> {
    for (;;) {
      if (this.#closed) return undefined;
      const run = this.#queue.shift();
      if (run !== undefined) {
        if (this.#paused && !this.#queue.isFull) this.#resume();
        return run;
      }
      if (this.#failure !== undefined) throw this.#failure;
      await this.#queue.changed();
    }
  }

  committed(positions: readonly LogPosition[]): void {
    this.#commits.add(positions);
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#queue.wake();
    await this.#waits.within(STOP_MS, this.#commits.flush());
    this.#generation++;
    await this.#stopConsumer();
    await this.#waits.within(STOP_MS, this.#options.client.close());
    this.#waits.cancel();
  }

  /** Another consumer, over the topics that are there. */
  async #start(): Promise<void> {
    const { client, group, topics } = this.#options;
    const generation = ++this.#generation;
    this.#paused = false;
    const present = topics.filter((topic) => !this.#missing.has(topic));
    if (present.length === 0 || this.#closed) return;
    const isCurrent = (): boolean => generation === this.#generation && !this.#closed;
    const events: ConsumerEvents = {
      joined: (assigned, seek) => {
        if (isCurrent()) this.#joined(assigned, seek);
      },
      fetched: async (messages, beat) => {
        if (isCurrent()) await this.#fetched(messages, beat, isCurrent);
      },
      ended: (error) => {
        if (isCurrent()) this.#ended(error);
      },
    };
    try {
      const consumer = await client.consume(group, present, events);
      if (isCurrent()) this.#consumer = consumer;
      else await consumer.stop();
    } catch (error) {
      if (isCurrent()) this.#ended(error);
    }
  }

  #joined(assigned: readonly TopicPartition[], seek: (partition: TopicPartition, offset: number) => void): void {
    this.#hasJoined = true;
    if (this.#outage.end()) this.#notices.back();
    const own = new Set(assigned.map(({ topic, partition }) => `${topic}/${partition}`));
    for (const partition of assigned) {
      const { expected } = this.#states.of(partition);
      if (expected !== undefined) seek(partition, expected);
    }
    for (const { topic, partition } of this.#states.all) {
      if (!own.has(`${topic}/${partition}`)) return void this.#checkShared();
    }
  }

  async #fetched(messages: FetchedMessages, beat: () => Promise<void>, isCurrent: () => boolean): Promise<void> {
    const state = this.#states.of(messages);
    const { from, next, end } = messages;
    if (from !== undefined && state.expected !== undefined && from !== state.expected) {
      if (!(await this.#fits(state, from)) || !isCurrent()) return;
    }
    const expected = state.expected ?? from ?? messages.messages[0]?.offset ?? next;
    state.expected = Math.max(expected, next);
    if (next > expected) {
      state.patience = 1;
      const { topic, partition } = state;
      this.#queue.push({ topic, partition, messages: messages.messages, next, end });
    }
    await this.#waitForRoom(beat, isCurrent);
  }

  /** The engine is behind: wait for it, as a living member of the group, and pause where that takes long. */
  async #waitForRoom(beat: () => Promise<void>, isCurrent: () => boolean): Promise<void> {
    const since = this.#options.timer.now();
    while (this.#queue.isFull && isCurrent()) {
      if (this.#options.timer.now() - since >= HOLD_MS) {
        this.#paused = true;
        this.#consumer?.pause();
        return;
      }
      await this.#waits.within(BEAT_MS, this.#queue.changed());
      await beat();
    }
  }

  #resume(): void {
    this.#paused = false;
    this.#consumer?.resume();
  }

  /** Whether what was fetched from another offset than expected can be used; if not, the right one is sought. */
  async #fits(state: FetchState, from: number): Promise<boolean> {
    const expected = state.expected as number;
    const seekBack = (offset: number): false => {
      this.#consumer?.seek(state, offset);
      return false;
    };
    let range: PartitionRange | undefined;
    try {
      range = await this.#rangeOf(state);
    } catch {
      // The brokers went away meanwhile; fetching tells.
    }
    if (range === undefined) return seekBack(expected);
    const misfit = misfitOf(expected, range);
    if (misfit !== undefined) {
      this.#settle(state, misfit);
      return from === misfit.first || seekBack(misfit.first);
    }
    return seekBack(expected);
  }

  async #rangeOf({ topic, partition }: TopicPartition): Promise<PartitionRange | undefined> {
    const ranges = await this.#options.client.ranges([topic]);
    return ranges.get(topic)?.find((range) => range.partition === partition);
  }

  /** Goes on where something is; what has gone by unread is told. */
  #settle(state: FetchState, misfit: Misfit): void {
    const { topic, partition } = state;
    const expected = state.expected as number;
    this.#notices.misfit(state, expected, misfit);
    state.expected = misfit.first;
    const what = misfit.kind === 'anew' ? ({ anew: true } as const) : { lostFrom: expected };
    this.#queue.push({ topic, partition, messages: [], next: misfit.first, ...what });
  }

  #ended(error: unknown): void {
    const stopped = this.#stopConsumer();
    const generation = ++this.#generation;
    if (!(error instanceof SourceError) || FINAL.has(error.code) || (!this.#hasJoined && !error.retriable)) {
      this.#fail(error);
      return;
    }
    this.#tellOutage(error);
    this.#after(this.#outage.nextDelay(), async () => {
      await stopped;
      if (generation !== this.#generation || this.#closed) return;
      try {
        await this.#look();
      } catch (failure) {
        if (generation === this.#generation && !this.#closed) this.#ended(failure);
        return;
      }
      if (generation === this.#generation) await this.#start();
    });
  }

  async #lookAgain(): Promise<void> {
    try {
      // While the brokers are away the next try looks.
      if (!this.#outage.isOn && (await this.#look()) && !this.#closed && !this.#outage.isOn) {
        this.#generation++;
        await this.#stopConsumer();
        await this.#start();
      }
    } catch {
      // Fetching tells what is wrong with the brokers.
    }
    this.#after(LOOK_MS, () => this.#lookAgain());
  }

  /** What topics and partitions there are now; true where another consumer is needed. */
  async #look(): Promise<boolean> {
    const { topics, client } = this.#options;
    this.#states.ask();
    const ranges = await client.ranges(topics);
    if (this.#closed) return false;
    let isNeeded = false;
    for (const topic of topics) {
      const found = ranges.get(topic);
      if (found === undefined) {
        if (this.#missing.has(topic)) continue;
        this.#missing.add(topic);
        this.#states.forgetTopic(topic);
        this.#notices.missing(topic);
        isNeeded = true;
        continue;
      }
      const isNew = this.#missing.delete(topic);
      if (isNew) this.#notices.appeared(topic);
      for (const range of found)
        isNeeded = this.#lookAt({ topic, partition: range.partition }, range, isNew) || isNeeded;
    }
    return isNeeded;
  }

  #lookAt(at: TopicPartition, range: PartitionRange, isNewTopic: boolean): boolean {
    if (!this.#states.has(at)) {
      if (!isNewTopic) this.#notices.newPartition(at);
      this.#states.of(at).expected = range.first;
      this.#queue.push({ ...at, messages: [], next: range.first, ...(isNewTopic ? { anew: true } : {}) });
      return true;
    }
    const state = this.#states.of(at);
    const { expected, looked } = state;
    // What was fetched since the brokers were asked says that it is in order, and may lie behind the end that they told.
    if (expected === undefined || state.asked !== expected) return false;
    const now = this.#options.timer.now();
    const stands = looked?.expected === expected && !this.#paused && !this.#queue.isFull;
    const misfit = misfitOf(expected, range);
    // What is being fetched may just have been saved from expiring.
    if (misfit !== undefined && (misfit.kind === 'anew' || stands)) {
      this.#settle(state, misfit);
      this.#consumer?.seek(at, misfit.first);
      return false;
    }
    if (!stands || range.end <= expected) {
      state.looked = { expected, sinceMs: now };
      return false;
    }
    if (now - looked.sinceMs < STALL_MS * state.patience) return false;
    state.looked = { expected, sinceMs: now };
    state.patience = Math.min(MOST_PATIENT, state.patience * 2);
    this.#notices.stalled(at, range.end - expected, now - looked.sinceMs);
    return true;
  }

  async #checkShared(): Promise<void> {
    const isShared = await this.#members.isShared();
    if (isShared && !this.#closed) this.#fail(groupTaken('kafka-group-shared', this.#options.group));
  }

  #fail(error: unknown): void {
    this.#failure ??= error;
    this.#generation++;
    void this.#stopConsumer();
    this.#queue.wake();
  }

  async #stopConsumer(): Promise<void> {
    const consumer = this.#consumer;
    this.#consumer = undefined;
    if (consumer !== undefined) await this.#waits.within(STOP_MS, consumer.stop());
  }

  #patience(): BrokerPatience {
    return new BrokerPatience({
      timer: this.#options.timer,
      waits: this.#waits,
      outage: this.#outage,
      notices: this.#notices,
      isClosed: () => this.#closed,
    });
  }

  #tellOutage(error: SourceError): void {
    if (this.#outage.begin(error.code)) this.#notices.away(error);
  }

  #after(ms: number, action: () => Promise<void>): void {
    if (this.#closed) return;
    this.#waits.after(ms, () => {
      action().catch((error: unknown) => this.#fail(error));
    });
  }
}
