import type { AttackTruth, TruthAlert, TruthEntity } from './attack-truth.ts';
import type { Emitted, SimulatedHost } from './simulated-host.ts';
import { sysflowTime, type SimulatedTime } from './simulated-time.ts';

const HOUR_MS = 3_600_000;

/** Notes of one attack while it goes on: what has been planted, and which alerts that should bring about. */
export class AttackRecord {
  readonly scenario: string;
  readonly host: SimulatedHost;
  readonly start: SimulatedTime;
  readonly #hosts = new Set<string>();
  readonly #emitted: Emitted[] = [];
  readonly #entities: TruthEntity[] = [];
  readonly #alerts = new Map<string, TruthAlert>();
  #last: SimulatedTime;
  #ended = false;

  constructor(scenario: string, host: SimulatedHost, start: SimulatedTime) {
    this.scenario = scenario;
    this.host = host;
    this.start = start;
    this.#last = start;
    this.#hosts.add(host.name);
  }

  /** Its records at `now`. */
  records(now: SimulatedTime, ...records: readonly Emitted[]): void {
    this.#emitted.push(...records);
    this.#last = Math.max(this.#last, now);
  }

  entity(host: SimulatedHost, entity: TruthEntity): void {
    this.#hosts.add(host.name);
    this.#entities.push({ host: host.name, ...entity });
  }

  /** With what has been planted up to `now` the hunt has to raise an alert; one per key and hour. */
  alert(hunt: string, host: SimulatedHost, key: string | number, now: SimulatedTime): void {
    const bucket = Math.floor((now + host.skewMs) / HOUR_MS);
    const id = [hunt, host.name, key, bucket].join('\n');
    if (!this.#alerts.has(id))
      this.#alerts.set(id, { hunt, host: host.name, key: String(key), time: sysflowTime(now + host.skewMs) });
  }

  end(now: SimulatedTime): void {
    this.#last = Math.max(this.#last, now);
    this.#ended = true;
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** Alerts by what makes them one. */
  get alerts(): ReadonlyMap<string, TruthAlert> {
    return this.#alerts;
  }

  get truth(): AttackTruth {
    const hunts: Record<string, number> = {};
    for (const { hunt } of this.#alerts.values()) hunts[hunt] = (hunts[hunt] ?? 0) + 1;
    return {
      scenario: this.scenario,
      host: this.host.name,
      hosts: [...this.#hosts],
      format: this.host.format,
      start: sysflowTime(this.start),
      end: sysflowTime(this.#last),
      records: this.#emitted
        .map(({ line }) => line)
        .filter((line) => line >= 0)
        .sort((a, b) => a - b),
      entities: this.#entities,
      hunts,
      alerts: [...this.#alerts.values()],
    };
  }
}
