/** An attack as the ground truth tells it. */
export interface AttackTruth {
  readonly scenario: string;
  /** Where it begins. */
  readonly host: string;
  /** All hosts that it touches. */
  readonly hosts: readonly string[];
  readonly format: string;
  /** True times; a host whose clock is off writes others. */
  readonly start: string;
  /** Of an unfinished attack: its last record so far. */
  readonly end: string;
  /** Numbers of its records in the stream of its format (`sf`: in the trace of `host`), counting from 0. */
  readonly records: readonly number[];
  readonly entities: readonly TruthEntity[];
  /** Hunts that should fire for it, and with how many alerts. */
  readonly hunts: Readonly<Record<string, number>>;
  /** The alerts themselves: one per hunt, host and key in an hour (UTC, by the clock of the host). */
  readonly alerts: readonly TruthAlert[];
}

/** `role` in the attack, STIX `type`, `host`, and what identifies and describes it: pid and start, guid, value, path. */
export type TruthEntity = Readonly<Record<string, string | number>>;

export interface TruthAlert {
  readonly hunt: string;
  readonly host: string;
  /** What the hunt tells alerts apart by on that host: a pid, a path. */
  readonly key: string;
  readonly time: string;
}
