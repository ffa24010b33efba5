import { AlertOutbox, type OutboxLimits } from '../../src/hunts/alerts/alert-outbox.ts';
import type { AlertDocument } from '../../src/hunts/alerts/alert-document.ts';
import type { RefusedAlert } from '../../src/sinks/alert-sink.ts';
import type { DeliveryCounts } from '../../src/sinks/delivery/delivery-observer.ts';
import { SinkDelivery } from '../../src/sinks/delivery/sink-delivery.ts';
import { MemorySink } from '../../src/sinks/testing/memory-sink.ts';
import { MemoryStateStore } from '../../src/store/memory-state-store.ts';
import type { StateStore, StateWrite } from '../../src/store/state-store.ts';
import { ManualTimer } from '../support/manual-timer.ts';

/** A process that died: what it still awaits never comes. */
const NEVER = new Promise<never>(() => {});

/** What outlives a process: the state, what the sinks have taken, and the file of refused alerts. */
export class Disk {
  readonly store = new MemoryStateStore();
  readonly taken = new Map<string, AlertDocument[]>();
  /** Ids that no sink takes. */
  readonly poison = new Set<string>();
  readonly refused: { readonly sink: string; readonly id: string }[] = [];
}

/** An outbox with its deliveries, as a run has them, over a disk; time stands still until it is told to pass. */
export class OutboxUnderTest {
  readonly timer = new ManualTimer();
  readonly sinks = new Map<string, MemorySink>();
  readonly told: string[] = [];
  outbox!: AlertOutbox;
  /** The next so many writes to the state fail. */
  failingWrites = 0;
  /** They are done nevertheless: only the answer is lost. */
  failingIsDone = false;
  readonly #disk: Disk;
  #deliveries: SinkDelivery[] = [];
  #isDead = false;

  private constructor(disk: Disk) {
    this.#disk = disk;
  }

  static async start(disk: Disk, sinks: readonly string[], limits?: OutboxLimits): Promise<OutboxUnderTest> {
    const process = new OutboxUnderTest(disk);
    process.outbox = await AlertOutbox.open(process.#store(), sinks, limits, {
      full: (sink) => process.told.push(`full ${sink}`),
      room: () => process.told.push('room'),
    });
    for (const [i, name] of sinks.entries()) process.#deliver(name, i);
    await process.settle();
    return process;
  }

  get counts(): readonly DeliveryCounts[] {
    return this.#deliveries.map(({ counts }) => counts);
  }

  /** What a commit of the run does. Throws where the state cannot be written. */
  async commit(alerts: readonly AlertDocument[]): Promise<void> {
    await this.outbox.add(alerts);
    await this.settle();
  }

  /** Lets everything happen that needs no time. */
  async settle(): Promise<void> {
    for (let i = 0; i < 4; i++) await new Promise((resolve) => setImmediate(resolve));
  }

  async pass(ms: number): Promise<void> {
    this.timer.pass(ms);
    await this.settle();
  }

  /** `kill -9`. */
  crash(): void {
    this.#isDead = true;
  }

  /** The end of a run, all of its time used up. Answers what each sink has not taken. */
  async end(ms: number): Promise<number[]> {
    const ends = this.#deliveries.map((delivery) => delivery.end(ms));
    for (let passed = 0; passed < ms; passed += 500) await this.pass(500);
    return Promise.all(ends);
  }

  #deliver(name: string, index: number): void {
    const taken = this.#disk.taken.get(name) ?? [];
    this.#disk.taken.set(name, taken);
    const sink = new MemorySink(taken);
    for (const id of this.#disk.poison) sink.poison.add(id);
    this.sinks.set(name, sink);
    const delivery = new SinkDelivery({
      sink: {
        name,
        write: (alerts) => (this.#isDead ? NEVER : sink.write(alerts)),
        close: () => sink.close(),
      },
      queue: this.outbox.queues[index] as NonNullable<(typeof this.outbox.queues)[number]>,
      timer: this.timer,
      random: () => 0.5,
      refuse: async (id, refused: readonly RefusedAlert[]) => {
        if (this.#isDead) return NEVER;
        for (const { alert } of refused) this.#disk.refused.push({ sink: id, id: alert.event.id });
      },
      observer: {
        degraded: ({ sink: id, problem }) => this.told.push(`degraded ${id} ${problem?.code ?? ''}`),
        recovered: ({ sink: id }) => this.told.push(`recovered ${id}`),
      },
    });
    this.#deliveries.push(delivery);
    delivery.start();
  }

  #store(): StateStore {
    const { store } = this.#disk;
    const write = async (batch: readonly StateWrite[]): Promise<void> => {
      if (this.#isDead) return NEVER;
      if (this.failingWrites > 0) {
        this.failingWrites--;
        if (this.failingIsDone) await store.write(batch);
        throw new Error('no space left on device');
      }
      return store.write(batch);
    };
    return {
      get: (key) => store.get(key),
      getMany: (keys) => store.getMany(keys),
      range: (from, to) => store.range(from, to),
      write,
      close: () => Promise.resolve(),
    };
  }
}
