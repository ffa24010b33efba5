import type { CoverageCause } from '../coverage/coverage-hole.ts';
import type { AlertProcess, AlertRecord } from './alert-row.ts';

export type AlertStatus = 'open' | 'revised' | 'retracted';

export type EcsValue = string | number | boolean | readonly (string | number)[];
/** A field set of ECS, nested. */
export interface EcsFields {
  readonly [field: string]: EcsValue | EcsFields;
}

/** Field sets that an alert may have, by the entity it is about. */
export const ALERT_FIELD_SETS = [
  'process',
  'user',
  'host',
  'container',
  'orchestrator',
  'file',
  'source',
  'destination',
  'network',
  'registry',
  'dns',
  'url',
  'email',
] as const;

/** An alert as it is logged and indexed: ECS 8, one document per alert in its latest state. */
export interface AlertDocument extends Partial<Record<(typeof ALERT_FIELD_SETS)[number], EcsFields>> {
  /** Event time of the row, ISO 8601. */
  readonly '@timestamp': string;
  readonly ecs: { readonly version: string };
  readonly message: string;
  readonly tags?: readonly string[];
  readonly event: {
    readonly kind: 'alert';
    readonly category: readonly string[];
    readonly type: readonly string[];
    /** 21 low, 47 medium, 73 high, 99 critical. */
    readonly severity: number;
    readonly risk_score: number;
    /** Deterministic (decision 27); the `_id` in Elasticsearch. */
    readonly id: string;
  };
  readonly rule: {
    readonly id: string;
    readonly name: string;
    readonly description?: string;
    readonly version?: string;
    readonly author?: readonly string[];
    readonly reference?: string;
  };
  readonly threat?: ThreatFields;
  readonly related?: {
    readonly hash?: readonly string[];
    readonly hosts?: readonly string[];
    readonly ip?: readonly string[];
    readonly user?: readonly string[];
  };
  readonly windhover: WindhoverFields;
}

export interface ThreatFields {
  readonly framework: 'MITRE ATT&CK';
  readonly tactic?: { readonly id: readonly string[]; readonly name: readonly string[] };
  readonly technique?: {
    readonly id: readonly string[];
    readonly subtechnique?: { readonly id: readonly string[] };
  };
}

/** Holes of one source and cause that touch the window of an alert. */
export interface AlertHole {
  readonly source: string;
  readonly cause: CoverageCause;
  /** In how many files or partitions of the source. */
  readonly places?: number;
  /** Inputs that are missing; absent: nobody knows. */
  readonly count?: number;
  /** ISO 8601; absent: not known. */
  readonly from?: string;
  /** Absent: nothing has come behind it yet. */
  readonly to?: string;
}

export interface WindhoverFields {
  readonly hunt: string;
  readonly fingerprint: string;
  readonly variable: string;
  readonly severity: string;
  readonly status: AlertStatus;
  /** Counts up from 1. */
  readonly revision: number;
  /** Start of the interval of support as ISO 8601; `0` on variables without LAST. */
  readonly episode: string;
  /** How many more rows this alert stands for. */
  readonly suppressed: number;
  readonly backfilled?: true;
  /** The hunt is tried out: this goes to no sink beyond the local log. */
  readonly dry_run?: true;
  readonly entity: { readonly type: string; readonly id: string };
  /** Attributes that have no ECS field, by their paths. */
  readonly attributes?: Readonly<Record<string, EcsValue>>;
  readonly records: readonly AlertRecord[];
  /** What the hunt did not see of the time it looked at, as far as was known when this revision left; absent: nothing. */
  readonly coverage?: readonly AlertHole[];
  /** From an ancestor down to the entity itself. */
  readonly chain?: readonly AlertProcess[];
  /** ISO 8601. `seen`: the wall clock when it opened; `written`: when this revision left. */
  readonly times: { readonly event: string; readonly seen: string; readonly written: string };
}
