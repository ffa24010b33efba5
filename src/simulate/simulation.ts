import { LinuxHost } from './linux-host.ts';
import { nodeExploit } from './node-exploit.ts';
import { Random } from './random.ts';
import { scheduledTaskPersistence } from './scheduled-task-persistence.ts';
import type { AttackTruth, SimulatedFormat, SimulatedHost, Stage } from './simulated-host.ts';
import { sysflowTime, type SimulatedTime } from './simulated-time.ts';
import { SimulationQueue } from './simulation-queue.ts';
import { WindowsHost } from './windows-host.ts';

export const SCENARIOS = ['node-exploit', 'scheduled-task'] as const;
export type Scenario = (typeof SCENARIOS)[number];

export interface SimulationOptions {
  readonly seed: number;
  readonly linuxHosts: number;
  readonly windowsHosts: number;
  /** Event time of the first record, ms since 1970. */
  readonly start: number;
  /** Records of everyday activity per second of event time, all hosts together. */
  readonly rate: number;
  /** How many of each attack; their moments are drawn over `attackSpanMs` after the start. */
  readonly attacks: Readonly<Partial<Record<Scenario, number>>>;
  readonly attackSpanMs: number;
  /** Attacks go this many times as fast as they would; default 1. */
  readonly attackPace?: number;
  /** Moments of the attacks: drawn (default), or evenly over the span, the scenarios taking turns. */
  readonly attackMoments?: 'drawn' | 'even';
  /** Share of records that are delivered twice, 0…1. */
  readonly duplicates: number;
  /** Share of records that are delivered late, and by how much at most (ms of event time). */
  readonly late: { readonly share: number; readonly maxMs: number };
}

/** Telemetry of one format, in the order in which it is delivered. */
export interface SimulatedChunk {
  readonly format: SimulatedFormat;
  /** Whole lines. */
  readonly text: string;
  readonly records: number;
  readonly time: SimulatedTime;
}

/** An attack that has begun; the ground truth tells of it when it is done. */
export interface BegunAttack {
  readonly scenario: Scenario;
  readonly host: string;
  readonly start: SimulatedTime;
}

export interface SimulationTruth {
  readonly seed: number;
  readonly start: string;
  readonly records: Readonly<Partial<Record<SimulatedFormat, number>>>;
  readonly attacks: readonly AttackTruth[];
  /** Alerts that each bundled hunt should raise over all of it. */
  readonly hunts: Readonly<Record<string, number>>;
}

/** An attack that starts so long before the end is whole. */
const LONGEST_ATTACK_MS = 75_000;

/** Lines that one chunk holds at most. */
const CHUNK_LINES = 512;

/**
 * Made-up hosts at work, with attacks among them. Seeded: the same options give the same telemetry, byte by byte.
 * Pull it with `chunks`; `truth` tells what has been planted so far.
 */
export class Simulation {
  readonly #options: SimulationOptions;
  readonly #random: Random;
  readonly #hosts: SimulatedHost[] = [];
  readonly #queue = new SimulationQueue<(now: SimulatedTime) => void>();
  readonly #delayed = new SimulationQueue<{ format: SimulatedFormat; line: string }>();
  readonly #delivery: Random;
  readonly #counts = new Map<SimulatedFormat, number>();
  readonly #pending = new Map<SimulatedFormat, string[]>();
  readonly #attacks: AttackTruth[] = [];
  readonly #begun: BegunAttack[] = [];
  #emitted = 0;
  #now: SimulatedTime;

  constructor(options: SimulationOptions) {
    this.#options = options;
    this.#random = new Random(options.seed);
    this.#delivery = new Random(options.seed ^ 0x5bd1e995);
    this.#now = options.start;
    const stage = this.#stage();
    for (let i = 0; i < options.linuxHosts; i++) {
      this.#hosts.push(
        new LinuxHost(
          `web-${String(i + 1).padStart(2, '0')}`,
          `10.0.${3 + (i >> 7)}.${10 + (i & 127)}`,
          this.#now,
          stage,
        ),
      );
    }
    for (let i = 0; i < options.windowsHosts; i++) {
      const user = `CORP\\${USERS[i % USERS.length] as string}${i < USERS.length ? '' : String(Math.floor(i / USERS.length))}`;
      this.#hosts.push(
        new WindowsHost(
          `desk-${String(i + 1).padStart(2, '0')}.corp.example`,
          `10.20.${i >> 7}.${50 + (i & 127)}`,
          user,
          this.#now,
          stage,
        ),
      );
    }
    this.#planAttacks();
  }

  /** Event time reached, ms. */
  get now(): SimulatedTime {
    return this.#now;
  }

  get records(): number {
    return this.#emitted;
  }

  /** Attacks that have begun so far, in order. */
  get begun(): readonly BegunAttack[] {
    return this.#begun;
  }

  /**
   * Chunks until `records` have been made, or event time has come to `until`. `more`: another call goes on from there,
   * so what is delivered late may still be under way.
   */
  *chunks(limit: {
    readonly records?: number;
    readonly until?: SimulatedTime;
    readonly more?: boolean;
  }): Generator<SimulatedChunk> {
    const { records = Infinity, until = Infinity, more = false } = limit;
    const perMs = this.#options.rate / 1000;
    const wheel = this.#hosts.flatMap((host) => new Array<SimulatedHost>(host.weight).fill(host));
    if (wheel.length === 0) return;
    let next = this.#now + this.#random.wait(perMs);
    while (this.#emitted < records) {
      const at = Math.min(next, this.#queue.next);
      if (at > until) {
        this.#now = until;
        break;
      }
      this.#now = at;
      if (this.#queue.next <= next) {
        this.#queue.take()(at);
      } else {
        this.#random.pick(wheel).act(at);
        next = at + this.#random.wait(perMs);
      }
      this.#deliverDelayed(at);
      for (const [format, lines] of this.#pending) if (lines.length >= CHUNK_LINES) yield this.#take(format, lines);
    }
    this.#deliverDelayed(more ? this.#now : Infinity);
    for (const [format, lines] of this.#pending) if (lines.length > 0) yield this.#take(format, lines);
  }

  get truth(): SimulationTruth {
    const hunts: Record<string, number> = {};
    for (const attack of this.#attacks) {
      for (const [hunt, count] of Object.entries(attack.hunts)) hunts[hunt] = (hunts[hunt] ?? 0) + count;
    }
    return {
      seed: this.#options.seed,
      start: sysflowTime(this.#options.start),
      records: Object.fromEntries(this.#counts),
      attacks: this.#attacks,
      hunts,
    };
  }

  #planAttacks(): void {
    const { attacks, attackSpanMs, start, attackPace = 1, attackMoments = 'drawn' } = this.#options;
    const linux = this.#hosts.filter((host) => host instanceof LinuxHost);
    const windows = this.#hosts.filter((host) => host instanceof WindowsHost);
    const done = (truth: AttackTruth): void => void this.#attacks.push(truth);
    const span = Math.max(0, attackSpanMs - LONGEST_ATTACK_MS / attackPace);
    const scenarios = SCENARIOS.filter((scenario) => (attacks[scenario] ?? 0) > 0);
    const rounds = Math.max(...scenarios.map((scenario) => attacks[scenario] ?? 0));
    const turn = (scenario: Scenario, i: number): number =>
      (i * scenarios.length + scenarios.indexOf(scenario)) / (rounds * scenarios.length);
    const moment = (scenario: Scenario, i: number): number =>
      start + span * (0.1 + 0.9 * (attackMoments === 'even' ? turn(scenario, i) : this.#random.unit()));
    for (let i = 0; i < (attacks['node-exploit'] ?? 0) && linux.length > 0; i++) {
      const host = linux[i % linux.length] as LinuxHost;
      const at = moment('node-exploit', i);
      nodeExploit(host, at, this.#attackStage('node-exploit', host, at), done);
    }
    for (let i = 0; i < (attacks['scheduled-task'] ?? 0) && windows.length > 0; i++) {
      const host = windows[i % windows.length] as WindowsHost;
      const at = moment('scheduled-task', i);
      scheduledTaskPersistence(host, at, this.#attackStage('scheduled-task', host, at), done);
    }
  }

  /** The stage of one attack: notes its beginning, and hastens what it plans from then on. */
  #attackStage(scenario: Scenario, host: SimulatedHost, start: SimulatedTime): Stage {
    const stage = this.#stage();
    const { attackPace = 1 } = this.#options;
    let planned = false;
    return {
      ...stage,
      plan: (at, act) => {
        if (!planned) {
          planned = true;
          stage.plan(at, (now) => {
            this.#begun.push({ scenario, host: host.name, start: now });
            act(now);
          });
        } else stage.plan(this.#now < start ? at : this.#now + (at - this.#now) / attackPace, act);
      },
    };
  }

  #stage(): Stage {
    return {
      random: this.#random,
      emit: (format, time, line) => this.#emit(format, time, line),
      plan: (at, act) => this.#queue.add(at, act),
    };
  }

  #emit(format: SimulatedFormat, time: SimulatedTime, line: string): number {
    const { duplicates, late } = this.#options;
    const number = this.#counts.get(format) ?? 0;
    this.#counts.set(format, number + 1);
    this.#emitted++;
    if (late.share > 0 && this.#delivery.chance(late.share)) {
      this.#delayed.add(time + this.#delivery.unit() * late.maxMs, { format, line });
    } else {
      this.#deliver(format, line);
    }
    if (duplicates > 0 && this.#delivery.chance(duplicates)) {
      this.#delayed.add(time + this.#delivery.int(1, 2000), { format, line });
    }
    return number;
  }

  #deliverDelayed(now: SimulatedTime): void {
    while (this.#delayed.next <= now && this.#delayed.next !== Infinity) {
      const { format, line } = this.#delayed.take();
      this.#deliver(format, line);
    }
  }

  #deliver(format: SimulatedFormat, line: string): void {
    const lines = this.#pending.get(format);
    if (lines === undefined) this.#pending.set(format, [line]);
    else lines.push(line);
  }

  #take(format: SimulatedFormat, lines: string[]): SimulatedChunk {
    const chunk = { format, text: lines.join(''), records: lines.length, time: this.#now };
    lines.length = 0;
    return chunk;
  }
}

const USERS = ['alice', 'bob', 'carol', 'dave', 'erin', 'frank', 'grace', 'heidi'];
