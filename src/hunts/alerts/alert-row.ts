import type { Instant } from '../../catalogue/instant.ts';
import type { Value } from '../../graph/value.ts';

/** A member of an alerting variable, read when it entered or changed. Plain data; goes into the state as it is. */
export interface AlertRow {
  /** Identifies the row in its variable, over restarts and whatever the order of arrival. */
  readonly rowKey: string;
  /** Start of the interval of support as ISO 8601 on variables with LAST, else `0`. */
  readonly episode: string;
  /** Entity type. */
  readonly type: string;
  /** Event time of the row (decision 28). */
  readonly time: Instant;
  /** By normalised STIX path (`parent_ref.name`); absent = unknown. */
  readonly attributes: Readonly<Record<string, Value | undefined>>;
  /** Records that led here, the first witness first. At most 16 are kept. */
  readonly records?: readonly AlertRecord[];
  /** From an ancestor down to the entity itself. At most 16 are kept, the nearest ones. */
  readonly chain?: readonly AlertProcess[];
  /** Found while history was read. */
  readonly backfilled?: boolean;
}

/** A record, and where it can be read again. */
export interface AlertRecord {
  /** Of a record that only says how two entities are related: not known. */
  readonly id?: string;
  readonly source?: string;
  /** `partition:offset`, `file:offset` or `index/_id`. */
  readonly place?: string;
  /** ISO 8601. */
  readonly time?: string;
}

export interface AlertProcess {
  readonly pid?: number;
  readonly name?: string;
  readonly command_line?: string;
  readonly user?: string;
}
