import type { Random } from './random.ts';
import type { SimulatedTime } from './simulated-time.ts';

export type SimulatedFormat = 'sysflow-ecs' | 'winlogbeat';

/** What a host needs of the simulation around it. */
export interface Stage {
  readonly random: Random;
  /** Adds a record to the telemetry. Returns its number in the stream of its format, counting from 0. */
  emit(format: SimulatedFormat, time: SimulatedTime, line: string): number;
  /** Does something later. */
  plan(at: SimulatedTime, act: (now: SimulatedTime) => void): void;
}

/** A made-up host: it does something each time it is its turn, and takes part in attacks. */
export interface SimulatedHost {
  readonly name: string;
  readonly format: SimulatedFormat;
  /** Share of the records it makes, against other hosts. */
  readonly weight: number;
  /** One piece of everyday activity at `now`. */
  act(now: SimulatedTime): void;
}

/** An attack as the ground truth tells it. */
export interface AttackTruth {
  readonly scenario: string;
  readonly host: string;
  /** All hosts that it touched, where there are several. */
  readonly hosts?: readonly string[];
  readonly format: SimulatedFormat;
  readonly start: string;
  readonly end: string;
  /** Numbers of its records in the stream of its format, counting from 0 (duplicates and delays aside). */
  readonly records: readonly number[];
  readonly entities: readonly Readonly<Record<string, string | number>>[];
  /** Hunts that should fire for it, and with how many alerts. */
  readonly hunts: Readonly<Record<string, number>>;
}
