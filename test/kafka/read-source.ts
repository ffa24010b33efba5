import { lagOf } from '../../src/hunts/run/hunt-gauges.ts';
import { MessageReader } from '../../src/hunts/input/message-reader.ts';
import type { SourceNotice } from '../../src/hunts/input/source-notice.ts';
import {
  positionKey,
  type PlaceNotice,
  type PlacePosition,
  type ReadBatch,
} from '../../src/hunts/input/source-reader.ts';
import type { KafkaClient } from '../../src/sources/kafka/kafka-client.ts';
import { KafkaLog } from '../../src/sources/kafka/kafka-log.ts';
import type { KafkaStart } from '../../src/sources/kafka/kafka-settings.ts';
import type { AvroType } from '../../src/telemetry/avro/avro-type.ts';
import { decodeOptions, demandOf } from '../../src/telemetry/testing/lines.ts';
import type { Timer } from '../../src/telemetry/timer.ts';

export interface ReadSourceOptions {
  readonly topics: readonly string[];
  readonly client: KafkaClient;
  readonly timer: Timer;
  readonly start?: KafkaStart;
  readonly group?: string;
  readonly sessionMs?: number;
  readonly schema?: AvroType;
  readonly batchSize?: number;
  /** Hears of every batch that was taken, before its position counts as committed. */
  readonly onRead?: (read: ReadBatch) => void;
  readonly onNotice?: (notice: SourceNotice) => void;
}

export const GROUP = 'windhover-test';

/** Lets everything happen that needs no clock. */
export async function settle(turns = 20): Promise<void> {
  for (let i = 0; i < turns; i++) await new Promise((resolve) => setImmediate(resolve));
}

/** A Kafka source with what a state would keep of it: batches that were taken count as committed. */
export class ReadSource {
  /** `topic/partition:offset` of each record, in the order they came. */
  readonly seen: string[] = [];
  readonly notices: SourceNotice[] = [];
  readonly places: PlaceNotice[] = [];
  readonly reasons: string[] = [];
  /** `topic/partition: messages` that lay behind each batch. */
  readonly lags: string[] = [];
  ignored = 0;
  undecodable = 0;
  batches = 0;
  failure: unknown;
  ended = false;
  readonly positions: Map<string, PlacePosition>;
  readonly #options: ReadSourceOptions;
  readonly reader: MessageReader;
  #asked: Promise<void> | undefined;
  #read: ReadBatch | undefined;
  #killed = false;

  constructor(options: ReadSourceOptions, positions: Iterable<PlacePosition> = []) {
    this.#options = options;
    this.positions = new Map([...positions].map((position) => [positionKey(position), position]));
    const { topics, client, start = 'earliest', group = GROUP, sessionMs, schema, batchSize = 512 } = options;
    // The timers of a process die with it.
    const timer: Timer = {
      now: () => options.timer.now(),
      after: (ms, callback) => options.timer.after(ms, () => (this.#killed ? undefined : callback())),
    };
    this.reader = new MessageReader({
      name: 'source',
      log: new KafkaLog({ place: 'kafka://memory', topics, group, start, client, timer, sessionMs }),
      schema,
      decode: decodeOptions({ demand: demandOf(['process']), batchSize }),
      known: [...this.positions.values()],
      onPlace: (notice) => this.places.push(notice),
      onNotice: (notice) => {
        this.notices.push(notice);
        if (!this.#killed) options.onNotice?.(notice);
      },
    });
  }

  get codes(): string[] {
    return this.notices.map(({ place, code }) => `${place} ${code}`);
  }

  /** Takes what is there, or so many batches; like the engine it asks for the next only when the last has been taken. */
  async take(batches = Infinity, wait: () => Promise<void> = settle): Promise<this> {
    for (let taken = 0; taken < batches; taken++) {
      void this.#ask();
      // Waiting for the batch itself would be waiting for a message.
      await wait();
      if (!this.#takeRead()) return this;
    }
    return this;
  }

  /** Takes batches as they come until it is enough. */
  async until(isEnough: () => boolean): Promise<this> {
    while (!isEnough()) {
      await this.#ask();
      if (!this.#takeRead()) return this;
    }
    return this;
  }

  #ask(): Promise<void> {
    this.#asked ??= this.reader.next().then(
      (read) => {
        this.#read = read;
        this.ended = read === undefined;
      },
      (error: unknown) => {
        this.failure = error;
      },
    );
    return this.#asked;
  }

  #takeRead(): boolean {
    if (this.#read === undefined) return false;
    this.#asked = undefined;
    this.#count(this.#read);
    this.#read = undefined;
    return true;
  }

  /** The same state, in another process; this one is not heard of any more. */
  again(options: Partial<ReadSourceOptions> = {}): ReadSource {
    this.#killed = true;
    return new ReadSource({ ...this.#options, ...options }, this.positions.values());
  }

  #count(read: ReadBatch): void {
    const { batch, position, also = [] } = read;
    this.batches++;
    const lag = lagOf({ source: this.reader.name, ...read });
    if (lag !== undefined) this.lags.push(`${lag.topic}/${lag.partition}: ${lag.messages}`);
    this.#options.onRead?.(read);
    for (let row = 0; row < batch.size; row++) {
      const { place, offset } = batch.locator(row);
      this.seen.push(`${place}:${offset}`);
    }
    this.ignored += batch.ignored;
    this.undecodable += batch.undecodable;
    this.reasons.push(...batch.rejects.map(({ reason }) => reason));
    const all = [position, ...also];
    for (const each of all) this.positions.set(positionKey(each), each);
    this.reader.committed(all);
  }
}

/** A SysFlow document as its processor writes it. */
export function processDocument(pid: number, at = '2026-01-01T00:00:00.000Z'): string {
  const process = { pid, name: 'sh', executable: '/bin/sh', thread: { id: 1 }, start: '2026-01-01T00:00:00Z' };
  const event = { sf_type: 'PE', action: 'process-start' };
  return JSON.stringify({ '@timestamp': at, event, host: { id: 'h' }, process });
}

/** `count` offsets of a partition as `seen` has them. */
export function offsets(place: string, from: number, count: number): string[] {
  return Array.from({ length: count }, (_, i) => `${place}:${from + i}`);
}
