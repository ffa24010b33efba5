import { appendFileSync } from 'node:fs';
import { Random } from '../../src/simulate/random.ts';
import type { Delivery } from './delivery.ts';
import { plantedRecord, type PlantedProcess, type Sensor } from './planted-processes.ts';
import { SimulatedHosts, type SimulatedTelemetry } from './simulated-hosts.ts';
import type { SourceName } from './soak-hunts.ts';

const TICK_MS = 50;
const MOST = 4000;
const PLANT_MS = 2000;
const REPEATED = 2000;

/** A process that was planted: what is to be found of it, and when it was sent. */
export interface Planted {
  readonly source: SourceName;
  readonly message: string;
  readonly sentAt: number;
}

/**
 * One source under load: the simulated hosts by the clock, and beside them planted processes and what faults add. What is added
 * is kept in a file, for the run that nothing happens to.
 */
export class SoakedSource {
  readonly name: SourceName;
  readonly delivery: Delivery;
  /** Path of what was added. */
  readonly added: string;
  readonly telemetry: SimulatedTelemetry;
  readonly planted: Planted[] = [];
  /** Lines that were sent, those of faults included. */
  sent = 0;
  readonly #random: Random;
  #recent: string[] = [];
  #waiting: string[] = [];
  #pid = 1_000_000;

  constructor(name: SourceName, telemetry: SimulatedTelemetry, delivery: Delivery, added: string) {
    this.name = name;
    this.telemetry = telemetry;
    this.delivery = delivery;
    this.added = added;
    this.#random = new Random(telemetry.seed);
    appendFileSync(added, '');
  }

  get sensor(): Sensor {
    return this.telemetry.sensor;
  }

  /** Sends until the hosts have come to their end. */
  async feed(): Promise<void> {
    const hosts = new SimulatedHosts(this.telemetry);
    let plantAt = this.telemetry.start + PLANT_MS;
    const children: PlantedProcess[] = [];
    try {
      while (!hosts.isOver) {
        const now = Date.now();
        for (; plantAt <= now && plantAt < this.#end; plantAt += PLANT_MS) children.push(this.#plant(plantAt));
        // A child comes up to 8 s after its parent: faults fall between them.
        while (children[0] !== undefined && children[0].at <= now)
          this.#plantProcess(children.shift() as PlantedProcess);
        const lines = await hosts.take(now, MOST);
        await this.#send([...lines, ...this.#waiting.splice(0)]);
        this.#recent = [...this.#recent, ...lines].slice(-REPEATED);
        if (lines.length < MOST) await new Promise((next) => setTimeout(next, TICK_MS));
      }
      for (const child of children) this.#plantProcess(child);
      await this.#send(this.#waiting.splice(0));
    } finally {
      hosts.close();
    }
  }

  /** Sent with the next records; part of what the undisturbed run reads. */
  add(lines: readonly string[]): void {
    if (lines.length === 0) return;
    appendFileSync(this.added, `${lines.join('\n')}\n`);
    this.#waiting.push(...lines);
  }

  /** Sends again what was sent last, as a sender does that saw no acknowledgement. */
  repeat(): void {
    this.#waiting.push(...this.#recent);
  }

  /** A process that is to be found, of that host and time. */
  plantOne(host: string, at: number): void {
    this.#plantProcess({ ...this.#newProcess(host, at), name: this.#nameOf('planted') });
  }

  get #end(): number {
    return this.telemetry.start + this.telemetry.seconds * 1000;
  }

  #plant(at: number): PlantedProcess {
    const parent = { ...this.#newProcess(`planted-${this.#random.int(1, 3)}`, at), name: this.#nameOf('planted') };
    this.#plantProcess(parent);
    const child = this.#newProcess(parent.host, at + this.#random.int(1, 4) * 2000 - 1000);
    return { ...child, name: this.#nameOf('child'), parent };
  }

  #plantProcess(process: PlantedProcess): void {
    const isChild = process.parent.name.startsWith('planted');
    const title = `${process.name} ${process.pid}`;
    const message = isChild ? `child ${title} of ${process.parent.pid}` : title;
    this.planted.push({ source: this.name, message, sentAt: Date.now() });
    this.add([plantedRecord(process)]);
  }

  #newProcess(host: string, at: number): Omit<PlantedProcess, 'name'> {
    const parent = { name: this.#nameOf('up'), pid: 1, at: this.telemetry.start };
    return { sensor: this.sensor, host, pid: this.#pid++, at, parent };
  }

  #nameOf(name: string): string {
    return this.sensor === 'sysflow-ecs' ? name : `${name}.exe`;
  }

  async #send(lines: readonly string[]): Promise<void> {
    this.sent += lines.length;
    await this.delivery.send(lines);
  }
}
