import type { AlertDocument } from '../../hunts/alerts/alert-document.ts';

export interface LiveVariable {
  readonly name: string;
  readonly entities: number;
  /** How many more it has than a moment ago; 0 = quiet. */
  readonly change: number;
}

export interface LiveHunt {
  readonly hunt: string;
  readonly variables: readonly LiveVariable[];
  /** Alerts that stand. */
  readonly alerts: number;
}

/** All that the live view shows, as plain data. Texts come as they are; the view escapes them. */
export interface LiveView {
  readonly title: string;
  readonly about: string;
  readonly elapsedMs: number;
  readonly totalMs: number;
  readonly records: number;
  /** Records a second, one value a second, the latest last. */
  readonly rates: readonly number[];
  /** From the making of a record to the end of its epoch; absent before the first one. */
  readonly lagMs: number | undefined;
  /** What else there is to say of the input. */
  readonly notes: readonly string[];
  readonly hunts: readonly LiveHunt[];
  /** The latest first, each in its latest revision. */
  readonly alerts: readonly AlertDocument[];
  /** Index of the alert that is shown whole. */
  readonly selected: number;
  /** Whether somebody listens to keys. */
  readonly keys: boolean;
}
