import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface, type Interface } from 'node:readline';
import type { Sensor } from './planted-processes.ts';

export interface SimulatedTelemetry {
  readonly main: string;
  readonly sensor: Sensor;
  readonly seed: number;
  /** Records a second of the hosts' time. */
  readonly rate: number;
  readonly seconds: number;
  /** Time of the first record, in milliseconds since 1970. */
  readonly start: number;
}

const ATTACKS: Readonly<Record<Sensor, readonly string[]>> = {
  'sysflow-ecs': ['node-exploit', 'web-shell'],
  winlogbeat: ['scheduled-task', 'credential-dumping', 'lateral-movement', 'mass-encryption'],
};

/** Hosts at work and under attack. The same telemetry comes again, byte by byte, whenever it is asked for. */
export function simulate({ main, sensor, seed, rate, seconds, start }: SimulatedTelemetry): ChildProcess {
  const hosts = sensor === 'sysflow-ecs' ? ['--linux', '12', '--windows', '0'] : ['--linux', '0', '--windows', '12'];
  const count = Math.max(1, Math.floor(seconds / 120));
  const args = [
    ...['simulate', '--format', sensor, ...hosts, '--seed', String(seed), '--rate', String(rate), '--quiet'],
    ...['--start', new Date(start).toISOString(), '--duration', `${seconds}s`],
    ...['--late', '0.01', '--lateness', '20s', '--duplicates', '0.005'],
    ...['--attacks', ATTACKS[sensor].map((name) => `${name}:${count}`).join(',')],
  ];
  return spawn(process.execPath, [main, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
}

/** That telemetry by the clock: each record when its time has come. */
export class SimulatedHosts {
  readonly #child: ChildProcess;
  readonly #reader: Interface;
  readonly #lines: AsyncIterator<string>;
  #next: string | undefined;
  #isOver = false;

  constructor(telemetry: SimulatedTelemetry) {
    this.#child = simulate(telemetry);
    if (this.#child.stdout === null) throw new Error('the simulator has no output');
    this.#reader = createInterface({ input: this.#child.stdout, crlfDelay: Number.POSITIVE_INFINITY });
    this.#lines = this.#reader[Symbol.asyncIterator]();
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** What has happened until now and was not taken yet, at most so many lines. */
  async take(now: number, most: number): Promise<string[]> {
    const taken: string[] = [];
    while (taken.length < most) {
      if (this.#next === undefined) {
        const { value, done } = await this.#lines.next();
        if (done === true) {
          this.#isOver = true;
          break;
        }
        this.#next = value;
      }
      if (timeOf(this.#next) > now) break;
      taken.push(this.#next);
      this.#next = undefined;
    }
    return taken;
  }

  close(): void {
    this.#reader.close();
    this.#child.kill('SIGKILL');
  }
}

/** Both sensors begin their documents with the time. */
function timeOf(line: string): number {
  return Date.parse(line.slice('{"@timestamp":"'.length, line.indexOf('"', 15)));
}
