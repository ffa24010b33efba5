import type { OpenLog } from '../../src/cli/sources/kafka-logs.ts';
import type { ResolvedSource } from '../../src/cli/sources/source-resolver.ts';
import type { PlacePosition } from '../../src/hunts/input/source-reader.ts';
import type { KafkaClient } from '../../src/sources/kafka/kafka-client.ts';
import { KafkaLog } from '../../src/sources/kafka/kafka-log.ts';
import { MemoryKafka } from '../../src/sources/kafka/testing/memory-kafka.ts';
import type { MessageLog } from '../../src/telemetry/message-log.ts';
import type { RecordBatch } from '../../src/telemetry/record-batch.ts';
import type { CrashInput } from './crash-input.ts';
import type { DoomedProcess } from './doomed-process.ts';
import { LiveInput } from './live-input.ts';
import { lastLine, START, telemetryLines } from './telemetry.ts';

const TOPIC = 't';
const PARTITIONS = 3;
const PARTS = 5;

/** Messages of a topic, which come part by part, whether or not somebody reads them; the group is divided anew meanwhile. */
export class TopicInput extends LiveInput {
  protected readonly lines: readonly string[];
  /** Times of the messages of each partition, ms. */
  readonly #times: number[][] = Array.from({ length: PARTITIONS }, () => []);
  readonly #kafka = new MemoryKafka();
  readonly #first: number;
  #parts = 0;
  #ends: readonly number[] = [0, 0, 0];
  #read: number[] = [0, 0, 0];
  #groups = new Set<string>();
  readonly #last: string;

  /** `first`: number of the first line that is in the topic. */
  constructor(records: number, seed: number, first = 0) {
    super();
    this.#kafka.topic(TOPIC, PARTITIONS);
    this.lines = telemetryLines(records, seed);
    this.#last = lastLine(START + records * 1000 + 120_000);
    this.#first = first;
    this.writeMore();
  }

  source(): ResolvedSource {
    return { id: 'kafka://memory/t', uri: 'kafka://memory/t', endless: true };
  }

  override session(process: DoomedProcess, known: readonly PlacePosition[]): ReturnType<CrashInput['session']> {
    this.#read = [0, 0, 0];
    for (const { partition, position } of known) {
      if (partition !== undefined) this.#read[partition.partition] = position.offset;
    }
    return { ...super.session(process, known), openLog: this.openLog(process) };
  }

  taken(_source: string, batch: RecordBatch): void {
    for (let row = 0; row < batch.size; row++) {
      const { place, offset } = batch.locator(row);
      const partition = Number(/\/(\d+)$/.exec(place)?.[1] ?? -1);
      if (partition >= 0) this.#read[partition] = Math.max(this.#read[partition] ?? 0, offset + 1);
    }
  }

  override died(): void {
    for (const group of this.#groups) this.#kafka.forget(group);
    super.died();
  }

  protected isRead(): boolean {
    return this.#ends.every((end, i) => (this.#read[i] as number) >= end);
  }

  protected hasMore(): boolean {
    return this.#parts < PARTS;
  }

  protected writeMore(): void {
    const lines = this.lines.slice(this.#first);
    const size = Math.ceil(lines.length / PARTS);
    const from = this.#parts++ * size;
    for (const [i, line] of lines.slice(from, from + size).entries()) this.#produce(line, (from + i) % PARTITIONS);
    if (this.#parts % 2 === 0) this.#kafka.rebalance();
  }

  protected writeLast(): void {
    this.#produce(this.#last, 0);
  }

  protected openLog(process: DoomedProcess): OpenLog {
    return async ({ uri }, group, timer) => {
      this.#groups.add(group);
      const client = this.#client();
      const log = new KafkaLog({ place: uri, topics: [TOPIC], group, start: 'earliest', client, timer });
      const passing: MessageLog = {
        open: (...args) => log.open(...args),
        next: async () => {
          const run = await log.next();
          process.pass('ingest: input read');
          return run;
        },
        committed: (positions) => log.committed(positions),
        close: () => log.close(),
      };
      return { log: passing };
    };
  }

  /** Messages have the times of their records. */
  #client(): KafkaClient {
    return {
      ...this.#kafka.client(),
      offsetsAt: async (_topic, ms) =>
        new Map(
          this.#times.map((times, partition) => {
            const first = times.findIndex((time) => time >= ms);
            return [partition, first < 0 ? times.length : first];
          }),
        ),
    };
  }

  #produce(line: string, partition: number): void {
    // By the offset of the last record of a partition it is known that all was read: nothing else may be the last.
    if (!line.endsWith('}')) return;
    this.#kafka.produce(TOPIC, partition, line);
    const { '@timestamp': time } = JSON.parse(line) as { '@timestamp': string };
    this.#times[partition]?.push(Date.parse(time));
    this.#ends = this.#times.map(({ length }) => length);
  }
}
