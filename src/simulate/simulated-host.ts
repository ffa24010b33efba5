import type { Random } from './random.ts';
import type { SimulatedTime } from './simulated-time.ts';
import type { SysflowRecord } from './sysflow/sysflow-record.ts';

export type LinuxFormat = 'sysflow-ecs' | 'sf';
export type WindowsFormat = 'winlogbeat' | 'nxlog';
export type SimulatedFormat = LinuxFormat | WindowsFormat;

export interface HostOptions<Format> {
  readonly name: string;
  readonly address: string;
  readonly format: Format;
  /** How much its clock is ahead of the true time, ms. */
  readonly skewMs: number;
}

/** A record that was made; where it ended up is known when it has been delivered. */
export interface Emitted {
  /** Its number in the stream of its format (`sf`: of its host's trace), counting from 0; −1: not delivered yet. */
  line: number;
}

/** What a host needs of the simulation around it. */
export interface Stage {
  readonly random: Random;
  /** Adds a record to the telemetry: a line, or a record of a trace. `time` is when it is delivered, if it is not late. */
  emit(format: SimulatedFormat, host: string, time: SimulatedTime, record: string | SysflowRecord): Emitted;
  /** The same of a record that tells of something told already: it takes no share of the rate. */
  repeat(format: SimulatedFormat, host: string, time: SimulatedTime, record: string): Emitted;
  /** Does something later. */
  plan(at: SimulatedTime, act: (now: SimulatedTime) => void): void;
}

/** A made-up host: it does something each time it is its turn, and takes part in attacks. */
export interface SimulatedHost extends HostOptions<SimulatedFormat> {
  /** Share of the records it makes, against other hosts. */
  readonly weight: number;
  /** One piece of everyday activity at `now`. */
  act(now: SimulatedTime): void;
}
