import type { AttackTruth } from './attack-truth.ts';
import type { SimulatedFormat } from './simulated-host.ts';

export interface SimulationTruth {
  readonly seed: number;
  readonly start: string;
  /** Event time reached. */
  readonly end: string;
  /** Records made, by format; those delivered twice are counted once. */
  readonly records: Readonly<Partial<Record<SimulatedFormat, number>>>;
  readonly duplicates: number;
  readonly late: number;
  readonly hosts: readonly TruthHost[];
  readonly attacks: readonly AttackTruth[];
  /** Attacks under way at the end: with what there is of them, and with the alerts that are due by then. */
  readonly unfinished: readonly AttackTruth[];
  /** Asked for, and there are not enough hosts of their kind, or the telemetry ended before them. */
  readonly missing: readonly string[];
  /** Alerts that each bundled hunt should raise over all of it. */
  readonly hunts: Readonly<Record<string, number>>;
}

export interface TruthHost {
  readonly name: string;
  readonly address: string;
  readonly format: SimulatedFormat;
  /** How much its clock is ahead of the true time. */
  readonly clock_skew_ms: number;
}
