import type { Cell } from '../../dataflow/listing-rows.ts';
import type { DisplayTable } from '../../dataflow/read-display.ts';
import type { PlannedDisplay } from '../../plan/hunt-plan.ts';
import type { SaveResult } from './hunt-saves.ts';

/** State of one hunt at the end of a run, or when asked for. */
export interface HuntResult {
  readonly hunt: string;
  readonly file: string;
  readonly variables: readonly VariableResult[];
  readonly displays: readonly DisplayResult[];
  readonly saves: readonly SaveResult[];
  readonly alerts: AlertCounts;
}

export interface VariableResult {
  readonly name: string;
  readonly type: string;
  readonly entities: number;
  /** Distinct records that mention a member; with `--records` only. */
  readonly records?: number;
  /** One per member, dotted STIX paths; only where asked for. */
  readonly rows?: readonly Readonly<Record<string, Cell>>[];
}

export interface DisplayResult extends DisplayTable {
  readonly kind: PlannedDisplay['kind'];
  readonly statement: number;
  readonly line: number;
  readonly variable: string;
  /** Of a DESCRIBE. */
  readonly attribute?: string;
}

export interface AlertCounts {
  readonly opened: number;
  readonly revised: number;
  readonly retracted: number;
  readonly suppressed: number;
}
