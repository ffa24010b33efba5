import { AttackRecord } from './attack-record.ts';
import { AttackTargets, planAttacks, type PlannedAttack } from './attack-plan.ts';
import { LinuxHost } from './linux/linux-host.ts';
import { Random } from './random.ts';
import { SCENARIO_NAMES, SCENARIO_TABLE, type ScenarioName } from './scenarios/scenarios.ts';
import { SimulatedDelivery, type SimulatedChunk } from './simulated-delivery.ts';
import type { LinuxFormat, SimulatedHost, Stage, WindowsFormat } from './simulated-host.ts';
import { sysflowTime, type SimulatedTime } from './simulated-time.ts';
import { SimulationQueue } from './simulation-queue.ts';
import type { SimulationTruth } from './simulation-truth.ts';
import { WindowsHost } from './windows/windows-host.ts';

export const SCENARIOS = SCENARIO_NAMES;
export type Scenario = ScenarioName;
export type { SimulatedChunk } from './simulated-delivery.ts';
export type { SimulationTruth } from './simulation-truth.ts';

export interface SimulationOptions {
  readonly seed: number;
  readonly linuxHosts: number;
  readonly windowsHosts: number;
  /** Default `sysflow-ecs`. */
  readonly linuxFormat?: LinuxFormat;
  /** Default `winlogbeat`. */
  readonly windowsFormat?: WindowsFormat;
  /** Event time of the first record, ms since 1970. */
  readonly start: number;
  /** Records per second of event time, all hosts together, about. */
  readonly rate: number;
  /** How many of each attack; their moments are drawn over `attackSpanMs` after the start. */
  readonly attacks: Readonly<Partial<Record<Scenario, number>>>;
  readonly attackSpanMs: number;
  /** The attacks come again every `attackSpanMs`, without end. */
  readonly attacksRecur?: boolean;
  /** Attacks at given moments, besides. */
  readonly plannedAttacks?: readonly PlannedAttack[];
  /** Attacks go this many times as fast as they would; default 1. */
  readonly attackPace?: number;
  /** Moments of the attacks: drawn (default), or evenly over the span, the scenarios taking turns. */
  readonly attackMoments?: 'drawn' | 'even';
  /** Share of records that are delivered twice, 0…1. */
  readonly duplicates: number;
  /** Share of records that are delivered late, and by how much at most (ms of event time). */
  readonly late: { readonly share: number; readonly maxMs: number };
  /** The clock of each host is off by up to so much either way, ms; default 0. */
  readonly clockSkewMs?: number;
}

/** An attack that has begun; the ground truth tells of it when it is done. */
export interface BegunAttack {
  readonly scenario: Scenario;
  readonly host: string;
  readonly start: SimulatedTime;
}

const USERS = ['alice', 'bob', 'carol', 'dave', 'erin', 'frank', 'grace', 'heidi'];

/**
 * Made-up hosts at work, with attacks among them. Seeded: the same options give the same telemetry, byte by byte.
 * Pull it with `chunks`, for live telemetry again and again with a later `until`; `truth` tells what has been planted.
 */
export class Simulation {
  readonly #options: SimulationOptions;
  readonly #random: Random;
  readonly #hosts: readonly SimulatedHost[];
  readonly #targets: AttackTargets;
  readonly #queue = new SimulationQueue<(now: SimulatedTime) => void>();
  readonly #delivery: SimulatedDelivery;
  readonly #stage: Stage;
  readonly #attacks: AttackRecord[] = [];
  readonly #begun: BegunAttack[] = [];
  readonly #waiting = new Set<PlannedAttack>();
  /** Hosts by their share of the records. */
  readonly #wheel: readonly SimulatedHost[];
  #now: SimulatedTime;
  /** Records made, copies aside. */
  #told = 0;
  /** When a host is to act again. */
  #next: SimulatedTime;

  constructor(options: SimulationOptions) {
    this.#options = options;
    this.#random = new Random(options.seed);
    this.#delivery = new SimulatedDelivery(options);
    this.#now = options.start;
    this.#stage = {
      random: this.#random,
      emit: (format, host, time, record) => {
        this.#told++;
        return this.#delivery.add(format, host, time, record);
      },
      repeat: (format, host, time, record) => this.#delivery.add(format, host, time, record),
      plan: (at, act) => this.#queue.add(at, act),
    };
    const linux = Array.from({ length: options.linuxHosts }, (_, i) => this.#linuxHost(i));
    const windows = Array.from({ length: options.windowsHosts }, (_, i) => this.#windowsHost(i));
    this.#hosts = [...linux, ...windows];
    this.#targets = new AttackTargets(linux, windows);
    this.#wheel = this.#hosts.flatMap((host) => new Array<SimulatedHost>(host.weight).fill(host));
    this.#planRound(options.start);
    for (const planned of options.plannedAttacks ?? []) this.#planAttack(planned);
    this.#next = this.#now + this.#random.wait(options.rate / 1000);
  }

  /** Event time reached, ms. */
  get now(): SimulatedTime {
    return this.#now;
  }

  get records(): number {
    return this.#delivery.made;
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
    const delivery = this.#delivery;
    if (this.#wheel.length === 0) return;
    let counted = this.#told;
    while (delivery.made < records) {
      const at = Math.min(this.#next, this.#queue.next);
      if (at > until) {
        this.#now = until;
        break;
      }
      this.#now = at;
      if (this.#queue.next <= this.#next) this.#queue.take()(at);
      else {
        this.#random.pick(this.#wheel).act(at);
        this.#next = at;
      }
      // Every record takes its share of the rate, whether it is everyday activity or what follows from it.
      const made = this.#told - counted;
      counted = this.#told;
      if (made > 0 || this.#next === at) this.#next += this.#random.wait(perMs) * Math.max(1, made);
      delivery.catchUp(at);
      yield* delivery.take(at);
    }
    delivery.catchUp(more ? this.#now : Infinity);
    yield* delivery.take(this.#now, true);
  }

  get truth(): SimulationTruth {
    const { duplicates, late, counts } = this.#delivery;
    const hunts: Record<string, number> = {};
    const alerts = new Map(this.#attacks.flatMap((attack) => [...attack.alerts]));
    for (const { hunt } of alerts.values()) hunts[hunt] = (hunts[hunt] ?? 0) + 1;
    return {
      seed: this.#options.seed,
      start: sysflowTime(this.#options.start),
      end: sysflowTime(this.#now),
      records: counts,
      duplicates,
      late,
      hosts: this.#hosts.map(({ name, address, format, skewMs }) => ({ name, address, format, clock_skew_ms: skewMs })),
      attacks: this.#attacks.filter(({ ended }) => ended).map(({ truth }) => truth),
      unfinished: this.#attacks.filter(({ ended }) => !ended).map(({ truth }) => truth),
      missing: [...this.#waiting].map(({ scenario, at }) => `${scenario}@${sysflowTime(at)}`),
      hunts,
    };
  }

  /** The attacks of one span of time; where they recur, those of the next when it begins. */
  #planRound(start: SimulatedTime): void {
    const {
      attacks,
      attackSpanMs: spanMs,
      attacksRecur = false,
      attackPace = 1,
      attackMoments = 'drawn',
    } = this.#options;
    const counts = { counts: attacks, start, spanMs, pace: attackPace, moments: attackMoments };
    for (const planned of planAttacks(counts, this.#random)) this.#planAttack(planned);
    if (attacksRecur) this.#queue.add(start + spanMs, (now) => this.#planRound(now));
  }

  #planAttack(planned: PlannedAttack): void {
    const { scenario, at } = planned;
    this.#waiting.add(planned);
    const cast = this.#targets.next(scenario);
    if (cast === undefined) return;
    this.#queue.add(at, (now) => {
      this.#waiting.delete(planned);
      this.#begun.push({ scenario, host: cast.first.name, start: now });
      const attack = new AttackRecord(scenario, cast.first, now);
      this.#attacks.push(attack);
      const stage = this.#hastened(scenario);
      const definition = SCENARIO_TABLE[scenario];
      if (definition.on === 'linux') {
        if ('linux' in cast) definition.play(attack, cast.linux, now, stage);
      } else if ('windows' in cast) {
        if (definition.on === 'windows') definition.play(attack, cast.windows, now, stage);
        else if (cast.other !== undefined) definition.play(attack, cast.windows, cast.other, now, stage);
      }
    });
  }

  /** The stage of an attack that goes faster than it would. */
  #hastened(scenario: Scenario): Stage {
    const { attackPace = 1 } = this.#options;
    if (attackPace === 1 || SCENARIO_TABLE[scenario].keepsPace === true) return this.#stage;
    return {
      ...this.#stage,
      plan: (at, act) => this.#queue.add(this.#now + (at - this.#now) / attackPace, act),
    };
  }

  #linuxHost(index: number): LinuxHost {
    const { linuxFormat: format = 'sysflow-ecs' } = this.#options;
    const name = `web-${String(index + 1).padStart(2, '0')}`;
    const address = `10.0.${3 + (index >> 7)}.${10 + (index & 127)}`;
    return new LinuxHost({ name, address, format, skewMs: this.#skew() }, this.#now, this.#stage);
  }

  #windowsHost(index: number): WindowsHost {
    const { windowsFormat: format = 'winlogbeat' } = this.#options;
    const round = Math.floor(index / USERS.length);
    const user = `CORP\\${USERS[index % USERS.length] as string}${round === 0 ? '' : String(round)}`;
    const name = `desk-${String(index + 1).padStart(2, '0')}.corp.example`;
    const address = `10.20.${index >> 7}.${50 + (index & 127)}`;
    return new WindowsHost({ name, address, format, skewMs: this.#skew(), user }, this.#now, this.#stage);
  }

  #skew(): number {
    const { clockSkewMs = 0 } = this.#options;
    return clockSkewMs === 0 ? 0 : this.#random.int(-clockSkewMs, clockSkewMs);
  }
}
